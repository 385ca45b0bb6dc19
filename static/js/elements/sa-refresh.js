// <sa-refresh on="incident-<id>" url="/incidents/<id>/facts"> Reads its fragment anew when one of those things changes.
// What somebody is writing inside it is left alone until they leave it.
import { signIn } from '../page.js'

const TOGETHER = 60

export class SaRefresh extends HTMLElement {
  connectedCallback () {
    this.changed = event => { if (this.concerns(event.detail)) this.soon() }
    this.lost = () => this.soon()
    this.left = () => { if (this.late) this.soon() }
    document.addEventListener('live:change', this.changed)
    document.addEventListener('live:gone', this.changed)
    document.addEventListener('live:resync', this.lost)
    this.addEventListener('focusout', this.left)
  }

  disconnectedCallback () {
    clearTimeout(this.timer)
    document.removeEventListener('live:change', this.changed)
    document.removeEventListener('live:gone', this.changed)
    document.removeEventListener('live:resync', this.lost)
  }

  concerns ({ id, about }) {
    const mine = (this.getAttribute('on') || '').split(/\s+/)
    return mine.includes(id) || (about && mine.includes(about))
  }

  soon () {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.read(), TOGETHER)
  }

  async read () {
    this.late = this.busyWriting()
    if (this.late) return
    const ticket = this.ticket = {}
    let response
    try {
      response = await fetch(this.getAttribute('url'), { headers: { 'HX-Request': 'true', Accept: 'text/html' }, cache: 'no-store' })
    } catch (error) {
      this.timer = setTimeout(() => this.read(), 5000)
      return
    }
    if (response.status === 401) return signIn()
    if (response.status === 404 || response.status === 403) return location.reload()
    if (!response.ok) return
    const html = await response.text()
    if (ticket === this.ticket && this.isConnected) this.put(html)
  }

  put (html) {
    const holder = document.createElement('template')
    holder.innerHTML = html
    const root = holder.content.firstElementChild
    const whole = root && (root.localName === 'sa-refresh' || (root.id && root.id === this.id))
    if (whole) this.replaceWith(root)
    else {
      this.textContent = ''
      this.append(holder.content)
    }
    if (window.htmx) window.htmx.process(whole ? root : this)
  }

  busyWriting () {
    const focused = document.activeElement
    return this.contains(focused) && /^(input|textarea|select)$/.test(focused.localName)
  }
}
