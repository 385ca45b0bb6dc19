// <sa-live cursor="..."> Everything that happens elsewhere reaches the page through here, once and in order; its dot says
// how: live, polling, offline or connecting. One tab listens for all; the others hear it through a channel.
import { Connection } from '../live/connection.js'
import { Tabs } from '../live/tabs.js'
import { Once } from '../live/once.js'
import { deliver } from '../live/show.js'
import { steadily } from '../live/steady.js'
import { me, signIn, tell, unsent } from '../page.js'
import { word } from '../words.js'

const RELOADS_SPREAD = 2000
const LISTENS = [
  [window, 'online'], [document, 'visibilitychange'], [window, 'pagehide'], [window, 'pageshow'], [document, 'live:wanted']
]
const WORDS = { live: 'Live', polling: 'Checking every few seconds', offline: 'Offline', connecting: 'Connecting', out: 'Signed out' }

export class SaLive extends HTMLElement {
  connectedCallback () {
    this.once = new Once()
    this.held = null
    this.connection = new Connection(this.getAttribute('cursor'), {
      message: message => { if (this.leads) this.tabs.say({ type: 'event', message }); this.take(message) },
      state: state => { if (this.leads) this.tabs.say({ type: 'state', state }); this.show(state) },
      signedOut: () => this.signedOut()
    })
    this.tabs = new Tabs('shopalert-live-' + me(), {
      lead: () => { this.leads = true; this.held = null; this.connection.start() },
      follow: () => { this.leads = false; this.connection.stop() },
      heard: message => this.hear(message),
      state: () => this.dataset.state
    })
    for (const [target, name] of LISTENS) target.addEventListener(name, this)
    this.begin()
  }

  disconnectedCallback () {
    this.halt()
    for (const [target, name] of LISTENS) target.removeEventListener(name, this)
  }

  // A page in the back-forward cache holds no stream and no lock; sa-session looks at it before it is shown again.
  handleEvent ({ type, persisted }) {
    if (type === 'pagehide') this.halt()
    else if (type === 'pageshow') { if (persisted) this.begin() }
    else if (type === 'live:wanted') this.ask()
    else if (!document.hidden) this.connection.hurry()
  }

  begin () {
    this.alone = !Tabs.possible()
    if (this.alone) this.connection.start({ streaming: false })
    else this.tabs.start()
  }

  halt () {
    if (!this.alone) this.tabs.stop()
    this.connection.stop()
    this.leads = false
    this.held = null
  }

  hear ({ type, message, state }) {
    if (this.leads) return
    if (type === 'leader') this.catchUp()
    if (state === 'out') this.signedOut()
    else if (state) this.show(state)
    if (type !== 'event') return
    if (this.held) this.held.push(message)
    else this.connection.take(message)
  }

  // Somebody has just sent something and wants to see it here: where there is no stream, ask now.
  ask () {
    if (this.dataset.state !== 'polling') return
    if (this.leads || this.alone) this.connection.hurry()
    else this.catchUp()
  }

  // A new leader starts at its own cursor, which may lie before or after ours: ask once after ours, then go on with it.
  async catchUp () {
    if (this.held) return
    const held = this.held = []
    while (this.held === held && await this.connection.ask(0) !== 'ok') await new Promise(resolve => setTimeout(resolve, 2000))
    if (this.held !== held) return
    this.held = null
    for (const message of held) this.connection.take(message)
  }

  take (message) {
    if (!this.once.first(message)) return
    if (message.event === 'resync') this.resync()
    else deliver(message)
  }

  // Too much was missed to tell it event by event: the page reads itself anew, or, with unsent text on it, its pieces do.
  resync () {
    tell('live:resync')
    setTimeout(() => { if (!unsent()) location.reload() }, Math.random() * RELOADS_SPREAD)
  }

  signedOut () {
    if (this.leads) this.tabs.say({ type: 'state', state: 'out' })
    this.show('out')
    if (!unsent()) signIn()
  }

  show (state) {
    if (this.dataset.state === state) return
    const before = this.dataset.state
    this.dataset.state = state
    const words = this.querySelector('[data-words]') || this
    steadily(this.parentElement, () => { words.textContent = word(WORDS[state]) })
    // Said aloud only when something was lost or found again, not at each page's first connection.
    const aloud = this.querySelector('[role=status]')
    const news = state === 'offline' || state === 'out' || before === 'offline'
    if (aloud && aloud !== words && news) aloud.textContent = word(WORDS[state])
    tell('live:state', { state })
  }
}
