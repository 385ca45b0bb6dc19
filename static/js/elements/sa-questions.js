// <sa-questions> holds the questions of the chosen kind of incident; those of each kind wait in a <template>.
export class SaQuestions extends HTMLElement {
  connectedCallback () {
    this.form = this.closest('form')
    this.changed = event => { if (event.target.name === 'category') this.ask(event.target.value) }
    this.form.addEventListener('change', this.changed)
  }

  disconnectedCallback () { this.form.removeEventListener('change', this.changed) }

  ask (kind) {
    const place = this.querySelector('[data-asked]')
    if (place.dataset.asked === kind) return
    const waiting = this.querySelector(`template[data-kind="${kind}"]`)
    place.dataset.asked = kind
    place.textContent = ''
    if (waiting) place.append(waiting.content.cloneNode(true))
    this.hidden = !waiting
  }
}
