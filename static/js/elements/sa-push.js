// <sa-push> Alerts on this device. Its parts are in the page already, each with data-when="<states>"; the element finds out
// which state is true and shows those. The browser's question comes only after a tap on a button that says why.
import * as push from '../push.js'
import { word } from '../words.js'

export class SaPush extends HTMLElement {
  connectedCallback () {
    this.clicked = event => this.press(event)
    this.addEventListener('click', this.clicked)
    this.look()
  }

  disconnectedCallback () { this.removeEventListener('click', this.clicked) }

  async look () { this.show(await this.find().catch(() => 'off')) }

  async find () {
    if (push.onAppleOutsideApp()) return 'ios-needs-install'
    if (!push.supported()) return 'unsupported'
    if (Notification.permission === 'denied') return 'blocked'
    return Notification.permission === 'granted' && await push.current() ? 'on' : 'off'
  }

  show (state) {
    this.dataset.state = state
    for (const part of this.querySelectorAll('[data-when]')) part.hidden = !part.dataset.when.split(' ').includes(state)
  }

  press (event) {
    const button = event.target.closest('[data-act]')
    if (!button || this.busy) return
    event.preventDefault()
    const act = { on: () => this.turnOn(), off: () => this.turnOff(), test: () => this.test() }[button.dataset.act]
    this.busy = true
    button.setAttribute('aria-busy', 'true')
    this.say('')
    const done = () => { this.busy = false; button.removeAttribute('aria-busy') }
    act().catch(() => this.say(word('This browser could not reach its alert service. Try again later or on another network.'))).then(done)
  }

  async turnOn () {
    const answer = await Notification.requestPermission()
    if (answer !== 'granted') {
      this.say(answer === 'denied' ? '' : word('Alerts stay off until you allow them.'))
      return this.look()
    }
    await push.subscribe()
    location.reload() // the list of devices below has one more
  }

  async turnOff () {
    await push.unsubscribe()
    location.reload()
  }

  async test () {
    const form = this.querySelector('form[data-test]')
    const response = await fetch(form.getAttribute('action'), { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } })
    this.say(response.ok ? word('A test alert is on its way to your devices.') : word('Not sent. Try again'))
  }

  say (words) {
    const line = this.querySelector('[data-say]')
    if (line) line.textContent = words
  }
}
