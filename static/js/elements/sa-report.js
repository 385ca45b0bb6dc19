// <sa-report> around the form of a report. The form stays until the server has it: without a connection nothing is lost
// and nothing is promised. Sent twice by an impatient thumb it is one report: its client_id stays the same.
import { pressed, say, send } from '../send.js'
import { uuid } from '../uuid.js'

export class SaReport extends HTMLElement {
  connectedCallback () {
    this.submitted = event => { event.preventDefault(); this.take(event.target, pressed(event)) }
    this.changed = () => this.danger()
    this.addEventListener('submit', this.submitted)
    this.addEventListener('change', this.changed)
    const key = this.querySelector('input[name=client_id]')
    if (key && !key.value) key.value = uuid()
    this.danger()
  }

  disconnectedCallback () {
    this.removeEventListener('submit', this.submitted)
    this.removeEventListener('change', this.changed)
  }

  // "In danger? Call 999 first" stands above Send while it may matter, and never blocks it.
  danger () {
    const line = this.querySelector('[data-danger]')
    const signs = [...this.querySelectorAll('[name=in_progress], [name=violence], [name=weapon]')]
    const on = signs.some(field => field.type === 'checkbox' || field.type === 'radio' ? field.checked && field.value !== 'no' : false)
    if (line) line.hidden = !on
  }

  async take (form, button) {
    if (this.sending) return
    this.sending = true
    this.busy(true, button)
    say(form)
    await this.photos(form)
    const answer = await send(form, button)
    if (answer.gone) return location.assign(answer.gone)
    this.sending = false
    this.busy(false, button)
    if (answer.html) this.put(answer.html, form)
    else say(form, answer)
  }

  // Photos that are still on their way go first; those that failed have said so themselves.
  photos (form) {
    const waits = [...form.querySelectorAll('sa-photos')].map(photos => photos.settled && photos.settled())
    return Promise.all(waits)
  }

  // What the server could not take comes back as the same form, with everything typed and its errors beside the fields.
  put (html, form) {
    const holder = document.createElement('template')
    holder.innerHTML = html
    const root = holder.content.firstElementChild
    if (!root) return
    const whole = holder.content.querySelector('sa-report')
    const fresh = holder.content.querySelector('form')
    if (whole) this.replaceWith(whole)
    else if (fresh) form.replaceWith(root)
    else return say(form, { words: root.textContent.trim() })
    if (window.htmx) window.htmx.process(whole || root)
    const scope = whole || this
    const first = scope.querySelector('[data-error-summary], .error-summary, [aria-invalid=true]')
    if (first) {
      if (!first.matches('input, select, textarea')) first.tabIndex = -1
      first.focus()
    }
    if (scope.danger) scope.danger()
  }

  busy (on, button) {
    const form = this.querySelector('form')
    if (form) form.setAttribute('aria-busy', on)
    for (const each of this.querySelectorAll('button[type=submit], button:not([type])')) each.setAttribute('aria-disabled', on)
    if (button) button.classList.toggle('is-busy', on)
  }
}
