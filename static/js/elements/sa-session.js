// <sa-session> A page out of the back-forward cache is shown only once the session behind it is known to be the same
// person's still: the next person at a shared till must not see the last one's screen by pressing Back.
import { me, session } from '../page.js'

export class SaSession extends HTMLElement {
  connectedCallback () {
    this.leave = event => { if (event.persisted) document.documentElement.hidden = true; this.close() }
    this.back = event => { if (event.persisted) this.look() }
    window.addEventListener('pagehide', this.leave)
    window.addEventListener('pageshow', this.back)
    this.open()
  }

  disconnectedCallback () {
    window.removeEventListener('pagehide', this.leave)
    window.removeEventListener('pageshow', this.back)
    this.close()
  }

  // Another person signed in, or this one signed out, in another tab: what this tab shows is not theirs.
  open () {
    if (!('BroadcastChannel' in window)) return
    this.channel = new BroadcastChannel('shopalert-session')
    this.channel.onmessage = ({ data }) => { if (data.me !== me()) location.reload() }
    if (me()) this.channel.postMessage({ me: me() })
  }

  close () {
    if (this.channel) this.channel.close()
    this.channel = null
  }

  async look () {
    try {
      const known = await session()
      if (known && known.me === me()) {
        document.documentElement.hidden = false
        return this.open()
      }
    } catch (error) { /* not reachable: the page may not be shown on trust */ }
    location.reload()
  }
}
