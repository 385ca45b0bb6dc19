// <sa-upload> around a file field: each file goes to the server as soon as it is chosen. What sends it (data-sender) is
// fetched once somebody chooses one: few pages of a day need it.
import { word } from '../words.js'

export class SaUpload extends HTMLElement {
  connectedCallback () {
    this.going = new Set()
    this.chosen = event => { if (event.target.type === 'file') this.take(event.target) }
    this.submitted = event => this.hold(event)
    this.addEventListener('change', this.chosen)
    this.form = this.closest('form')
    if (this.form) this.form.addEventListener('submit', this.submitted)
  }

  disconnectedCallback () {
    this.removeEventListener('change', this.chosen)
    if (this.form) this.form.removeEventListener('submit', this.submitted)
  }

  get list () { return this.querySelector('[data-clips]') }

  get failed () { return Boolean(this.querySelector('.sending--bad')) }

  // Resolves when nothing is on its way any more, whatever became of it.
  settled () { return Promise.all([...this.going]) }

  clear () { this.list.textContent = '' }

  take (input) {
    for (const file of input.files) this.begin(file)
    input.value = ''
  }

  begin (file) {
    const place = document.createElement('div')
    place.className = 'sending sending--going'
    this.list.append(place)
    const trip = import(this.dataset.sender).then(({ carry }) => carry(this, place, file)).catch(() => {
      place.className = 'sending sending--bad'
      place.textContent = word('Not sent. Try again')
    }).then(() => this.going.delete(trip))
    this.going.add(trip)
  }

  // A form that sends itself waits for its clips. The chat waits by itself.
  async hold (event) {
    if (event.defaultPrevented || !this.going.size || this.closest('sa-chat')) return
    event.preventDefault()
    this.form.setAttribute('aria-busy', 'true')
    await this.settled()
    this.form.removeAttribute('aria-busy')
    if (!this.failed) this.form.submit()
  }
}
