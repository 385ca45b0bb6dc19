// <sa-offline> on the page shown when the server cannot be reached: looks again by itself, and goes on when it can.
const EVERY = 5000

export class SaOffline extends HTMLElement {
  connectedCallback () {
    this.look = () => this.again()
    this.timer = setInterval(this.look, EVERY)
    window.addEventListener('online', this.look)
  }

  disconnectedCallback () {
    clearInterval(this.timer)
    window.removeEventListener('online', this.look)
  }

  async again () {
    if (location.pathname === '/offline') return
    try {
      const response = await fetch('/healthz', { cache: 'no-store' })
      if (response.ok) location.reload()
    } catch (error) { /* still not reachable */ }
  }
}
