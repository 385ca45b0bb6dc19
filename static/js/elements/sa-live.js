// <sa-live cursor="..."> Everything that happens elsewhere reaches the page through here, once and in order; its dot says
// how: live, polling, offline or connecting. One tab listens for all; the others hear it through a channel.
import { Connection } from '../live/connection.js'
import { Tabs } from '../live/tabs.js'
import { count, place, remove } from '../live/show.js'
import { me, signIn, tell, unsent } from '../page.js'
import { word } from '../words.js'

const REMEMBERED = 500
const RELOADS_SPREAD = 2000
const WORDS = {
  live: 'Live', polling: 'Checking every few seconds', offline: 'Offline', connecting: 'Connecting', out: 'Signed out'
}

export class SaLive extends HTMLElement {
  connectedCallback () {
    this.shown = new Set()
    this.held = null
    this.connection = new Connection(this.getAttribute('cursor'), {
      message: message => { if (this.leads) this.tabs.say({ type: 'event', message }); this.take(message) },
      state: state => { if (this.leads) this.tabs.say({ type: 'state', state }); this.show(state) },
      signedOut: () => this.signedOut()
    })
    this.tabs = new Tabs('shopalert-live-' + me(), {
      lead: () => { this.leads = true; this.connection.start() },
      follow: () => { this.leads = false; this.connection.stop() },
      heard: message => this.hear(message)
    })
    this.hurry = () => { if (!document.hidden) this.connection.hurry() }
    window.addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
    // A page in the back-forward cache holds no stream and no lock; sa-session looks at it before it is shown again.
    this.leave = () => this.halt()
    this.back = event => { if (event.persisted) this.begin() }
    window.addEventListener('pagehide', this.leave)
    window.addEventListener('pageshow', this.back)
    this.begin()
  }

  disconnectedCallback () {
    this.halt()
    window.removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    window.removeEventListener('pagehide', this.leave)
    window.removeEventListener('pageshow', this.back)
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
  }

  hear ({ type, message, state }) {
    if (this.leads) return
    if (type === 'leader') this.catchUp()
    if (type === 'state') this.show(state)
    if (type === 'event') this.held ? this.held.push(message) : this.connection.take(message)
  }

  // A new leader starts at its own cursor, which may lie before or after ours: ask once after ours, then go on with it.
  async catchUp () {
    if (this.held) return
    this.held = []
    await this.connection.ask(0)
    const held = this.held
    this.held = null
    for (const message of held) this.connection.take(message)
  }

  take ({ id, event, data }) {
    const key = id && [id, event, String(data).slice(0, 200)].join(' ')
    if (key && this.shown.has(key)) return
    if (key) this.shown.add(key)
    if (this.shown.size > REMEMBERED) this.shown.delete(this.shown.values().next().value)
    const record = () => typeof data === 'string' ? JSON.parse(data) : data
    if (event === 'resync') return this.resync()
    if (event === 'counts') return count(record())
    if (event === 'gone') {
      remove(record().id)
      return tell('live:gone', record())
    }
    for (const root of place(data)) {
      tell('live:' + event, { id: root.id, root })
      tell('live:change', { id: root.id, about: root.dataset.about, root })
    }
  }

  // Too much was missed to tell it event by event: the page reads itself anew, or, with unsent text on it, its pieces do.
  resync () {
    tell('live:resync')
    if (!unsent()) setTimeout(() => location.reload(), Math.random() * RELOADS_SPREAD)
  }

  signedOut () {
    this.show('out')
    if (!unsent()) signIn()
  }

  show (state) {
    if (this.dataset.state === state) return
    const before = this.dataset.state
    this.dataset.state = state
    const words = this.querySelector('[data-words]') || this
    words.textContent = word(WORDS[state])
    // Said aloud only when something was lost or found again, not at each page's first connection.
    const aloud = this.querySelector('[role=status]')
    const news = state === 'offline' || state === 'out' || before === 'offline'
    if (aloud && aloud !== words && news) aloud.textContent = word(WORDS[state])
    tell('live:state', { state })
  }
}
