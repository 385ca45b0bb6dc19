// <sa-feed> around the list of cards. A card that arrives goes in at the top while the top is being read, those of a
// burst together as soon as the first stands still; else it waits behind a pill, so that nothing jumps under a finger.
// Only the first page of a feed takes new cards (data-live).
import { add, count } from '../live/show.js'
import { onceStill, standsStill } from '../live/steady.js'
import { markMine, tell } from '../page.js'
import { word } from '../words.js'

const AT_THE_TOP = 24

export class SaFeed extends HTMLElement {
  connectedCallback () {
    this.waiting = new Map()
    this.soon = false
    // Beside an open incident the list shows which one it is.
    for (const link of this.querySelectorAll(`a[href="${location.pathname}"]`)) link.setAttribute('aria-current', 'page')
    this.pressed = false
    this.arrive = event => this.take(event)
    this.gone = event => { if (this.waiting.delete(event.detail.id)) this.tellHowMany() }
    this.press = () => { this.pressed = true }
    this.lift = () => { this.pressed = false }
    this.scrolled = () => { if (this.waiting.size && this.atTheTop()) this.letIn() }
    this.placed = event => markMine(event.target)
    this.addEventListener('live:placed', this.placed)
    this.addEventListener('live:arrive', this.arrive)
    this.addEventListener('pointerdown', this.press)
    for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, this.lift)
    this.counted = event => count(event.detail, id => this.waiting.get(id))
    document.addEventListener('live:counts', this.counted)
    document.addEventListener('live:gone', this.gone)
    document.addEventListener('scroll', this.scrolled, { capture: true, passive: true })
    this.pill.addEventListener('click', () => { this.letIn(); this.scroller.scrollTo({ top: 0 }) })
    markMine(this)
  }

  disconnectedCallback () {
    for (const name of ['pointerup', 'pointercancel']) window.removeEventListener(name, this.lift)
    document.removeEventListener('live:counts', this.counted)
    document.removeEventListener('live:gone', this.gone)
    document.removeEventListener('scroll', this.scrolled, { capture: true })
  }

  take (event) {
    const { root } = event.detail
    event.preventDefault()
    this.list = event.target
    if (!('live' in this.dataset) || this.elsewhere(root) || this.ofAnOlderPage(root)) return
    const free = this.soon || (this.free() && !this.waiting.size)
    if (free && !this.soon && standsStill()) return this.put(root)
    this.waiting.set(root.id, root)
    if (free) this.letInSoon()
    else this.tellHowMany()
  }

  free () { return this.atTheTop() && !this.pressed }

  async letInSoon () {
    if (this.soon) return
    this.soon = true
    await onceStill()
    this.soon = false
    if (!this.isConnected) return
    if (this.free()) this.letIn()
    else this.tellHowMany()
  }

  // A feed shows the incidents of one scheme, or of some; its cards say whose they are.
  elsewhere (root) {
    const mine = this.dataset.scheme
    return Boolean(mine && root.dataset.scheme && !mine.split(' ').includes(root.dataset.scheme))
  }

  // Something happened to an incident of long ago: it stays on its page. Ids grow with time, so they say the order.
  // Where weight orders the cards (data-ranked), whatever stirs is new and stands on top.
  ofAnOlderPage (root) {
    if ('ranked' in this.dataset) return false
    const last = this.list.lastElementChild
    return Boolean(last && root.id < last.id)
  }

  put (root) {
    const empty = this.querySelector('[data-empty]')
    if (empty) empty.hidden = true
    const below = 'ranked' in this.dataset ? this.list.firstElementChild : [...this.list.children].find(card => card.id < root.id)
    add(this.list, root, below)
  }

  letIn () {
    const cards = [...this.waiting.values()]
    this.waiting.clear()
    for (const card of cards) this.put(card)
    this.tellHowMany()
  }

  tellHowMany () {
    const many = this.waiting.size
    this.pill.hidden = !many
    this.pill.textContent = many ? word('↑ {n} new', { n: many }) : ''
    tell('feed:waiting', { many }, this)
  }

  atTheTop () { return this.scroller.scrollTop < AT_THE_TOP }

  // The page on a phone, the middle column on a desk.
  get scroller () {
    for (let node = this; node && node !== document.body; node = node.parentElement) {
      if (node.scrollHeight > node.clientHeight && /auto|scroll/.test(getComputedStyle(node).overflowY)) return node
    }
    return document.scrollingElement
  }

  get pill () { return this.querySelector('[data-pill]') }
}
