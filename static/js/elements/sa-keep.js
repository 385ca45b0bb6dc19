// <sa-keep path kind schemes thing title under> in an incident or a bulletin, or in a list beside its cards: keeps that piece of the page, its
// words alone, to be read without a connection. The server puts it only where the scheme allows that.
import { arrival, cannot, failed, schemes } from '../kept/arrival.js'
import { Kept } from '../kept/kept.js'
import { pack } from '../kept/tree.js'
import { picturesLeftOut } from '../kept/words.js'
import { me } from '../page.js'

const QUIET_FOR = 1000
const CHANGES = ['live:placed', 'live:counts', 'live:gone', 'htmx:afterSettle']
const CARD = /^(?:incident|bulletin)-([0-9a-f-]{36})$/

export class SaKeep extends HTMLElement {
  connectedCallback () {
    this.soon = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.keep(), QUIET_FOR) }
    this.left = () => { if (document.hidden) this.keep() }
    this.gone = event => { if (CARD.test(event.detail.id) && CARD.exec(event.detail.id)[1] === this.given('thing')) this.over = true }
    document.addEventListener('live:gone', this.gone)
    document.addEventListener('visibilitychange', this.left)
    for (const name of CHANGES) document.addEventListener(name, this.soon)
    this.soon()
  }

  disconnectedCallback () {
    clearTimeout(this.timer)
    document.removeEventListener('live:gone', this.gone)
    document.removeEventListener('visibilitychange', this.left)
    for (const name of CHANGES) document.removeEventListener(name, this.soon)
  }

  get piece () { return this.given('kind') === 'list' ? this.parentElement : this.closest('.incident, .bulletin') }

  given (name) { return this.getAttribute(name) || '' }

  async keep () {
    clearTimeout(this.timer)
    const copy = this.label()
    if (!copy || !copy.schemes.length) return
    const tree = this.tree()
    try {
      if (await arrival()) await this.put(copy, tree)
    } catch (error) {
      cannot(error)
    }
  }

  async put (copy, tree) {
    await navigator.serviceWorker.ready
    const kept = await Kept.open()
    if (!kept) return
    try {
      if (kept.state.owner === me() && !this.over) await kept.keep(copy, tree)
    } finally {
      kept.close()
    }
    failed('')
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist()
  }

  // The desk's list is of many schemes: those of schemes that do not allow it stay away.
  label () {
    if (this.over || !this.isConnected || !this.piece) return null
    const list = this.given('kind') === 'list'
    const cards = [...this.piece.querySelectorAll('[id^="incident-"], [id^="bulletin-"]')]
    const ids = cards.filter(card => CARD.test(card.id) && !this.elsewhere(card)).map(card => CARD.exec(card.id)[1])
    return {
      path: this.given('path'),
      kind: this.given('kind'),
      schemes: this.given('schemes').split(' ').filter(each => schemes().includes(each)),
      incidents: list ? ids : [this.given('thing')],
      title: this.given('title'),
      under: this.given('under')
    }
  }

  tree () { return pack(this.piece, { told: picturesLeftOut, leaves: node => this.elsewhere(node) }) }

  elsewhere ({ dataset }) { return Boolean(dataset.scheme && !schemes().includes(dataset.scheme)) }
}
