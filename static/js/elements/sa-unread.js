// <sa-unread data-ids="..." data-told="..." data-at="..."> What this person has not read; `told` are publications. The pieces
// that arrive are the same for everybody, so the marks are set here: on cards, and in the counts of the bar.
import { markUnread, showCount } from '../live/marks.js'
import { me, token } from '../page.js'

const AWAY = 30000
const TOGETHER = 800
const named = ids => new Set((ids || '').split(' ').filter(Boolean))
const ANSWERS_FOR = /\b(coordinator|officer|commander)\b/

export class SaUnread extends HTMLElement {
  connectedCallback () {
    this.ids = named(this.dataset.ids)
    this.told = named(this.dataset.told)
    this.since = this.dataset.at
    this.heard = {
      'live:incident': event => this.stirred(event.detail.root.dataset.stirredBy, event.detail.id.slice(9), event.detail.root.dataset.stirred),
      'live:comment': event => this.said(event.detail.root),
      'live:bulletin': event => this.tell(event.detail.root.dataset),
      'live:gone': event => this.gone(event.detail.id),
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
    for (const timer of [this.asking, this.telling]) clearTimeout(timer)
    for (const [name, take] of Object.entries(this.heard)) document.removeEventListener(name, take)
  }

  said (line) {
    const about = line.dataset.about || ''
    if (line.matches('.line--police-only, .line--coordinators, .line--thread') || !about.startsWith('incident-')) return
    const said = line.querySelector('.line__at time') // one that was changed is said again, and stirs nothing
    this.stirred(line.dataset.by, about.slice(9), said ? said.dateTime : undefined)
  }

  // What is for some premises alone may not be for this reader: the server knows.
  tell ({ by, publication, near }) {
    if (by === me()) return
    if (near !== undefined) return this.askSoon()
    this.told.add(publication)
    this.show()
  }

  gone (id) {
    this.ids.delete(id.slice(9))
    if (id.startsWith('bulletin-') && this.told.size) this.askSoon()
    this.show()
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
    fetch(`/incidents/${id}/reading`, { method: 'POST', headers: { 'HX-Request': 'true', 'X-CSRFToken': token() } }).catch(() => null)
  }

  // Seldom and not all at once: those who answer for a scheme, and who reported what was answered.
  askSoon () {
    clearTimeout(this.asking)
    this.asking = setTimeout(() => this.ask(), TOGETHER + Math.random() * 2 * TOGETHER)
  }

  async ask () {
    const asked = fetch('/unread', { headers: { Accept: 'application/json' }, cache: 'no-store' })
    const known = await asked.then(response => response.ok && response.json()).catch(() => null) // the bar's dot says so
    if (!known) return
    this.ids = new Set(known.unread.filter(id => !this.open(id)))
    this.told = new Set(known.told)
    this.since = known.at
    this.dataset.reply = known.reply
    this.show()
  }

  looked () {
    if (document.hidden) this.left = Date.now()
    else if (this.left && Date.now() - this.left > AWAY) this.askSoon()
  }

  show () {
    this.mark(document)
    showCount('[data-unread-count]', this.ids.size)
    showCount('[data-told-count]', this.told.size)
    showCount('[data-reply-count]', Number(this.dataset.reply))
  }

  mark (scope) { markUnread(scope, card => this.ids.has(card.id.slice(9)) || this.told.has(card.dataset.publication)) }
}
