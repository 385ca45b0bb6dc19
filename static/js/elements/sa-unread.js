// <sa-unread data-ids="..." data-at="..."> What this person has not read. The pieces that arrive are the same for
// everybody, so the marks are set here: on cards, and in the counts of the bar. Nothing moves because of a mark.
import { me } from '../page.js'

const MOST = 99
const AWAY = 30000
const TOGETHER = 800
const ANSWERS_FOR = /\b(coordinator|officer|commander)\b/

export class SaUnread extends HTMLElement {
  connectedCallback () {
    this.ids = new Set((this.dataset.ids || '').split(' ').filter(Boolean))
    this.since = this.dataset.at
    this.heard = {
      'live:incident': event => this.stirred(event.detail.root.dataset.stirredBy, event.detail.id.slice(9), event.detail.root.dataset.stirred),
      'live:comment': event => this.said(event.detail.root),
      'live:gone': event => { this.ids.delete(event.detail.id.slice(9)); this.show() },
      'live:placed': event => this.mark(event.target),
      'live:resync': () => this.askSoon(),
      'panes:opened': event => this.read(event.detail.id),
      visibilitychange: () => this.looked()
    }
    for (const [name, take] of Object.entries(this.heard)) document.addEventListener(name, take)
    for (const each of document.querySelectorAll('[data-incident]')) this.ids.delete(each.dataset.incident)
    this.show()
  }

  disconnectedCallback () {
    clearTimeout(this.asking)
    clearTimeout(this.telling)
    for (const [name, take] of Object.entries(this.heard)) document.removeEventListener(name, take)
  }

  said (line) {
    if (line.matches('.line--police-only, .line--coordinators')) return
    this.stirred(line.dataset.by, (line.dataset.about || '').slice(9))
  }

  // A card may come anew for other reasons, a picture made ready: only what is younger than this page's knowledge counts.
  stirred (by, id, at = this.since) {
    if (!id || !by || at < this.since) return
    if (by !== me()) {
      if (this.open(id)) this.tellRead(id)
      else this.ids.add(id)
    }
    if (this.answers(id)) this.askSoon()
    this.show()
  }

  open (id) { return !document.hidden && Boolean(document.querySelector(`[data-incident="${id}"]`)) }

  answers (id) {
    const card = document.getElementById('incident-' + id)
    return ANSWERS_FOR.test(document.body.dataset.role || '') || Boolean(card && card.dataset.by === me())
  }

  read (id) {
    this.ids.delete(id)
    this.show()
  }

  // The page was read when it was opened; what arrived since is read too while it is being looked at.
  tellRead (id) {
    clearTimeout(this.telling)
    this.telling = setTimeout(() => this.post(id), TOGETHER)
  }

  post (id) {
    const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']
    const headers = { 'HX-Request': 'true', 'X-CSRFToken': token }
    fetch(`/incidents/${id}/reading`, { method: 'POST', headers }).catch(() => null)
  }

  // Seldom and not all at once: those who answer for a scheme, and who reported what was answered.
  askSoon () {
    clearTimeout(this.asking)
    this.asking = setTimeout(() => this.ask(), TOGETHER + Math.random() * 2 * TOGETHER)
  }

  async ask () {
    try {
      const response = await fetch('/unread', { headers: { Accept: 'application/json' }, cache: 'no-store' })
      if (!response.ok) return
      const known = await response.json()
      this.ids = new Set(known.unread.filter(id => !this.open(id)))
      this.since = known.at
      this.dataset.reply = known.reply
      this.show()
    } catch (error) { /* not reachable: the dot of the bar says so */ }
  }

  looked () {
    if (document.hidden) this.left = Date.now()
    else if (this.left && Date.now() - this.left > AWAY) this.askSoon()
  }

  show () {
    this.mark(document)
    this.count('[data-unread-count]', this.ids.size)
    this.count('[data-reply-count]', Number(this.dataset.reply))
  }

  mark (scope) {
    const cards = [...(scope.matches && scope.matches('.card') ? [scope] : []), ...scope.querySelectorAll('.card')]
    for (const card of cards) card.toggleAttribute('data-unread', this.ids.has(card.id.slice(9)))
  }

  count (where, many) {
    for (const place of document.querySelectorAll(where)) {
      place.textContent = many > MOST ? MOST + '+' : many
      const holder = place.closest('.place__count') || place
      holder.hidden = !many
    }
  }
}
