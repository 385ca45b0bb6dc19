// <sa-panes> A list and what is chosen from it. On a wide screen a card opens beside the list, by htmx and with its own
// address; elsewhere it is the link that it always was, to the page that the pane is a piece of.
import { tell } from '../page.js'

// Warnings and what others share stand in the list, too: they are pages of their own.
export const LINKS = '.panes__list .card__title a[href^="/incidents/"]'
const WIDE = matchMedia('(min-width: 75rem)')
const ABLE = Boolean(window.CSS && CSS.supports && CSS.supports('container-type', 'inline-size'))

export class SaPanes extends HTMLElement {
  connectedCallback () {
    this.handlers = {
      click: event => this.take(event),
      'htmx:afterSwap': event => { if (event.target === this.detail) this.opened() },
      'htmx:responseError': event => { if (event.target === this.detail) location.assign(this.asked) },
      'live:placed': () => this.mark()
    }
    for (const [name, handler] of Object.entries(this.handlers)) this.addEventListener(name, handler)
    this.mark()
  }

  disconnectedCallback () {
    for (const [name, handler] of Object.entries(this.handlers)) this.removeEventListener(name, handler)
  }

  get list () { return this.querySelector('.panes__list') }
  get detail () { return this.querySelector('.panes__detail') }
  get sideBySide () { return ABLE && WIDE.matches && Boolean(window.htmx) }

  take (event) {
    const link = event.target.closest(LINKS)
    const plain = !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    if (!link || !plain || !this.sideBySide) return
    event.preventDefault()
    this.open(link)
  }

  open (link) {
    const url = link.getAttribute('href')
    if (this.asked === url) return
    this.asked = url
    this.mark()
    window.htmx.ajax('GET', url, { source: this.detail, target: this.detail, swap: 'innerHTML show:top' })
  }

  opened () {
    this.dataset.open = ''
    const heading = this.detail.querySelector('h1')
    if (heading) document.title = heading.textContent.trim() + ' · ShopAlert'
    this.mark()
    tell('panes:opened', { id: this.shown }, this)
  }

  get shown () {
    const incident = this.detail && this.detail.querySelector('[data-incident]')
    return incident ? incident.dataset.incident : ''
  }

  // Which card of the list is open; also on a card that arrived anew.
  mark () {
    const here = this.asked || (this.shown && '/incidents/' + this.shown)
    for (const link of this.querySelectorAll(LINKS)) {
      if (here && link.getAttribute('href') === here) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
  }
}
