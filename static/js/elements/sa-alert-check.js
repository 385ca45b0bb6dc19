// <sa-alert-check> Will alerts reach me? Looks at permission, worker and subscription in this order, stops at the first that is
// not right and shows what to do; the last step sends a real alert and waits until this device says that it showed it.
import * as push from '../push.js'
import { word } from '../words.js'

const EVERY = 500
const PATIENCE = 30000

export class SaAlertCheck extends HTMLElement {
  connectedCallback () {
    this.dataset.kind = kind()
    this.clicked = event => this.press(event)
    this.submitted = event => { event.preventDefault(); this.once(() => this.test(event.target)) }
    this.addEventListener('click', this.clicked)
    this.addEventListener('submit', this.submitted)
    this.once(() => this.look())
  }

  disconnectedCallback () {
    this.removeEventListener('click', this.clicked)
    this.removeEventListener('submit', this.submitted)
  }

  press (event) {
    const button = event.target.closest('[data-act]')
    if (!button) return
    if (button.dataset.act === 'allow') this.once(() => Notification.requestPermission().then(() => this.look()))
    if (button.dataset.act === 'subscribe') this.once(() => this.turnOn())
  }

  async once (act) {
    if (this.busy) return
    this.busy = true
    await act().catch(() => this.show('subscription', 'bad', word('Not sent. Try again'), 'unreached'))
    this.busy = false
    this.dataset.done = ''
  }

  // True when only the real alert is left to try.
  async look () {
    this.device = null
    return this.permission() && await this.worker() && this.subscription()
  }

  permission () {
    const step = (state, words, help, act) => this.show('permission', state, words, help, act)
    if (push.onAppleOutsideApp()) return step('bad', word('Not in Safari itself.'), 'ios')
    if (!push.supported()) return step('bad', word('This browser cannot show alerts.'), 'unsupported')
    if (Notification.permission === 'denied') return step('bad', word('Alerts are blocked here.'), 'blocked')
    if (Notification.permission !== 'granted') return step('todo', word('Your browser will ask you once.'), '', 'allow')
    return step('ok', word('Allowed.'))
  }

  async worker () {
    if ('off' in this.dataset) return this.show('worker', 'bad', word('Switched off for now.'), 'off')
    this.show('worker', 'busy', word('Looking'))
    const ready = await push.ready().catch(() => null)
    return ready ? this.show('worker', 'ok', word('It does.')) : this.show('worker', 'bad', word('It cannot.'), 'none')
  }

  async subscription () {
    this.show('subscription', 'busy', word('Looking'))
    const held = await push.current()
    if (!held) return this.show('subscription', 'todo', word('Alerts are not turned on here yet.'), '', 'subscribe')
    const answer = await push.tellServer('POST', held)
    if (!answer.ok) return this.show('subscription', 'bad', word('The server does not take this device.'), 'unreached')
    this.device = (await answer.json()).id
    return this.show('subscription', 'ok', answer.status === 201 ? word('It did not; now it does.') : word('It does.'))
  }

  async turnOn () {
    this.show('subscription', 'busy', word('Looking'))
    await push.subscribe()
    return this.look()
  }

  async test (form) {
    if (!this.device && !await this.look()) return
    this.show('delivery', 'busy', word('Sending'))
    const sent = await fetch(form.getAttribute('action'), { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } })
    if (!sent.ok) return this.show('delivery', 'bad', word('Not sent. Try again'))
    this.show('delivery', 'busy', word('Sent. Waiting until this device shows it'))
    const became = await this.outcome()
    if (became.arrived) this.show('delivery', 'ok', word('It arrived after {n} s.', { n: became.seconds }), 'silent')
    else if (became.lost) this.show('delivery', 'bad', word('It was refused on the way.'), 'lost')
    else this.show('delivery', 'bad', word('Nothing has arrived within 30 s.'), 'late')
  }

  async outcome () {
    const until = Date.now() + PATIENCE
    let became = {}
    while (this.isConnected && Date.now() < until && !became.arrived && !became.lost) {
      await new Promise(resolve => setTimeout(resolve, EVERY))
      const answer = await fetch(`/alerts/devices/${this.device}/test`, { headers: { Accept: 'application/json' }, cache: 'no-store' }).catch(() => null)
      if (answer && answer.ok) became = await answer.json()
    }
    return became
  }

  show (name, state, words, help = '', act = '') {
    const step = this.querySelector(`[data-step=${name}]`)
    step.dataset.state = state
    step.querySelector('[data-said]').textContent = words
    for (const each of step.querySelectorAll('[data-help]')) each.toggleAttribute('data-on', each.dataset.help === help)
    for (const each of step.querySelectorAll('[data-act]')) each.hidden = each.dataset.act !== act
    return state === 'ok'
  }
}

function kind () {
  const named = navigator.userAgent
  if (/iPhone|iPad|iPod/.test(named) || (/Macintosh/.test(named) && navigator.maxTouchPoints > 1)) return 'ios'
  return /Android/.test(named) ? 'android' : 'desktop'
}
