// <sa-keys> Around the dialog that tells them: j and k move through the list, r replies, / searches, ? helps, Esc leaves.
// Never while something is typed, and not at all for who turned them off: a key alone must not surprise anybody.
import { LINKS } from './sa-panes.js'

const OFF = 'shopalert-keys-off' // on this device
const OPEN_AFTER = 180 // who runs down a list with j does not want every incident on the way

const typing = element => /^(input|textarea|select)$/.test(element.localName) || element.isContentEditable
const seen = element => element.getClientRects().length > 0

export class SaKeys extends HTMLElement {
  connectedCallback () {
    this.pressed = event => this.take(event)
    this.clicked = event => { if (event.target.closest('[data-keys-show]')) this.help() }
    this.changed = event => { if (event.target.matches('[data-keys-on]')) this.turn(event.target.checked) }
    document.addEventListener('keydown', this.pressed)
    document.addEventListener('click', this.clicked)
    this.addEventListener('change', this.changed)
    for (const button of document.querySelectorAll('[data-keys-show]')) button.hidden = false
  }

  disconnectedCallback () {
    clearTimeout(this.timer)
    document.removeEventListener('keydown', this.pressed)
    document.removeEventListener('click', this.clicked)
    this.removeEventListener('change', this.changed)
  }

  get dialog () { return this.querySelector('dialog') }
  get panes () { return document.querySelector('sa-panes') }
  get on () { return localStorage.getItem(OFF) === null }

  turn (on) {
    if (on) localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, '1')
  }

  take (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (this.dialog.open || !this.on) return
    if (event.key === 'Escape') return this.leave(event.target)
    if (typing(event.target)) return
    const does = { j: () => this.move(1), k: () => this.move(-1), r: () => this.reply(), '/': () => this.search(), '?': () => this.help() }[event.key]
    if (!does) return
    event.preventDefault()
    does()
  }

  links () {
    const beside = document.querySelector('.panes__list .card') && seen(document.querySelector('.panes__list'))
    return [...document.querySelectorAll(beside ? LINKS : 'main .card__title a')].filter(seen)
  }

  current (links) {
    const focused = links.findIndex(link => link === document.activeElement)
    return focused >= 0 ? focused : links.findIndex(link => link.hasAttribute('aria-current'))
  }

  move (step) {
    const links = this.links()
    const next = links[Math.min(links.length - 1, Math.max(0, this.current(links) + step))]
    if (!next) return
    next.focus({ preventScroll: true })
    next.closest('.card').scrollIntoView({ block: 'nearest' })
    if (!this.panes || !this.panes.sideBySide) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.panes.open(next), OPEN_AFTER)
  }

  reply () {
    const field = document.querySelector('#say textarea')
    if (field) return field.focus()
    const links = this.links()
    const link = links[this.current(links)]
    if (!link) return
    if (!this.panes || !this.panes.sideBySide) return location.assign(link.href + '#say')
    this.panes.addEventListener('panes:opened', () => this.reply(), { once: true })
    this.panes.open(link)
  }

  search () {
    const field = [...document.querySelectorAll('main input[type=search], .bar input[type=search]')].find(seen)
    if (field) field.focus()
    else location.assign('/search')
  }

  help () {
    this.querySelector('[data-keys-on]').checked = this.on
    this.dialog.showModal()
  }

  leave (from) {
    if (!typing(from)) return
    from.blur()
    const links = this.links()
    const link = links[this.current(links)]
    if (link) link.focus({ preventScroll: true })
  }
}
