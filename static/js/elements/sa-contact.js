// <sa-contact schemes="wickford"> On every page of the server's: this phone has been in contact, as this person, who may keep
// things of these schemes. Sees to it that what is kept is theirs, still stands, and goes when the session does.
import { me } from '../page.js'
import { askWhatStands } from '../kept/ask.js'
import { arrival } from '../kept/arrival.js'
import { Kept } from '../kept/kept.js'

const SOON = 1500
const AT_LEAST_BETWEEN = 60 * 1000
const EVERY = 10 * 60 * 1000

export class SaContact extends HTMLElement {
  connectedCallback () {
    this.handlers = [
      [document, 'session:over', () => this.over()],
      [document, 'live:state', event => this.heard(event.detail.state)],
      [document, 'live:gone', event => this.gone(event.detail)],
      [document, 'live:resync', () => this.ask()],
      [window, 'online', () => this.ask()]
    ]
    for (const [target, name, handler] of this.handlers) target.addEventListener(name, handler)
    this.wasLive = Boolean(document.querySelector('sa-live[data-state=live]'))
    this.begin()
  }

  disconnectedCallback () {
    clearTimeout(this.timer)
    for (const [target, name, handler] of this.handlers) target.removeEventListener(name, handler)
  }

  async begin () {
    const kept = await arrival()
    if (!kept || !this.isConnected) return
    // Something may have been withdrawn between two pages: asked again before long, and now and then.
    const wait = Math.max(SOON, AT_LEAST_BETWEEN - kept.age(kept.state.checked))
    kept.close()
    this.timer = setTimeout(() => this.ask(), wait)
  }

  async ask () {
    clearTimeout(this.timer)
    const answer = await askWhatStands().catch(() => null)
    if (answer) this.setAttribute('schemes', answer.schemes.join(' ')) // sa-keep goes by them
    if (this.isConnected) this.timer = setTimeout(() => this.ask(), EVERY)
  }

  // A stream that had to be opened anew may have ended because this person was put out of one of several schemes.
  heard (state) {
    if (state === 'out') return this.over()
    if (state !== 'live') return
    if (this.wasLive) this.ask()
    this.wasLive = true
  }

  async gone ({ id }) {
    const kept = await Kept.open().catch(() => null)
    if (!kept) return
    if (kept.state.owner === me()) await kept.dropIncidents([id.replace(/^(?:incident|bulletin)-/, '')]).catch(() => null)
    kept.close()
  }

  over () {
    clearTimeout(this.timer)
    Kept.forget().catch(() => null)
  }
}
