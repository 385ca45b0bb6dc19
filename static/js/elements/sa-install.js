// <sa-install> Onto the Home Screen: where the browser offers to install by itself, a button does it; elsewhere the drawn steps
// do. As an invitation it goes away, for good, once it is answered or the app is installed.
import { me, token } from '../page.js'
import { word } from '../words.js'

export class SaInstall extends HTMLElement {
  connectedCallback () {
    this.offered = event => { event.preventDefault(); this.offer(event) }
    this.installed = () => this.done()
    this.pressed = event => { if (event.target.closest('[data-act=install]')) this.install() }
    this.submitted = event => { event.preventDefault(); this.dismiss() }
    window.addEventListener('beforeinstallprompt', this.offered)
    window.addEventListener('appinstalled', this.installed)
    this.addEventListener('click', this.pressed)
    this.addEventListener('submit', this.submitted)
    this.open()
  }

  disconnectedCallback () {
    window.removeEventListener('beforeinstallprompt', this.offered)
    window.removeEventListener('appinstalled', this.installed)
    this.removeEventListener('click', this.pressed)
    this.removeEventListener('submit', this.submitted)
  }

  // An iPad says that it is a Mac: only its touch screen tells.
  open () {
    if (navigator.standalone && this.dataset.dismissal) return this.remove()
    if (!/Macintosh/.test(navigator.userAgent) || !(navigator.maxTouchPoints > 1)) return
    for (const each of this.querySelectorAll('[data-platform]')) each.open = each.dataset.platform === 'ios'
  }

  offer (prompt) {
    this.prompt = prompt
    const button = this.querySelector('[data-act=install]')
    button.hidden = false
    const how = this.querySelector('[data-act=how]')
    if (how) how.hidden = true
  }

  async install () {
    const prompt = this.prompt
    if (!prompt) return
    this.prompt = null // it may be used once
    await prompt.prompt()
    const { outcome } = await prompt.userChoice
    if (outcome === 'accepted') this.done()
    else this.querySelector('[data-act=install]').hidden = true
    const how = this.querySelector('[data-act=how]')
    if (how) how.hidden = false
  }

  done () {
    if (this.dataset.dismissal) return this.dismiss()
    this.querySelector('[data-act=install]').hidden = true
    this.querySelector('[data-say]').textContent = word('Installed. Open ShopAlert from your Home Screen.')
    if (me()) tellServer()
  }

  async dismiss () {
    this.remove()
    await tellServer()
  }
}

function tellServer () {
  return fetch('/install/dismissal', { method: 'POST', headers: { Accept: 'application/json', 'X-CSRFToken': token() } }).catch(() => null)
}
