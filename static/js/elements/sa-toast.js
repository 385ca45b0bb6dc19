// <sa-toast> says what has just happened on whatever page is open, to those who chose to be told. It takes no focus and no
// room. What is urgent stays until it is read or closed; the rest goes by itself. Where its card stands on the page
// already, it is only said aloud. What puts an alert right is shown in that alert's place, and nowhere else.
const STAYS = 20000

export class SaToast extends HTMLElement {
  connectedCallback () {
    this.said = event => this.take(event.detail)
    this.gone = event => this.drop(event.detail.id)
    this.pressed = event => { if (event.target.closest('button')) this.close() }
    document.addEventListener('live:toast', this.said)
    document.addEventListener('live:gone', this.gone)
    this.addEventListener('click', this.pressed)
  }

  disconnectedCallback () {
    clearTimeout(this.timer)
    document.removeEventListener('live:toast', this.said)
    document.removeEventListener('live:gone', this.gone)
    this.removeEventListener('click', this.pressed)
  }

  take (toast) {
    if (toast.follows ? toast.id !== this.shown : toast.url.split('#')[0] === location.pathname) return
    this.querySelector('[role=status]').textContent = [toast.title, toast.text].filter(Boolean).join(', ')
    if (!toast.follows && onThePage(toast.id)) return
    this.show(toast)
  }

  show ({ id, title, text, url, urgent }) {
    this.shown = id
    this.card.toggleAttribute('data-urgent', urgent)
    this.card.querySelector('a').href = url
    this.card.querySelector('[data-title]').textContent = title
    this.card.querySelector('[data-text]').textContent = text
    this.card.hidden = false
    clearTimeout(this.timer)
    if (!urgent) this.leaveSoon()
  }

  // Not while nobody looks at the page, nor from under a finger.
  leaveSoon () {
    const inUse = () => document.hidden || this.matches(':hover') || this.contains(document.activeElement)
    this.timer = setTimeout(() => inUse() ? this.leaveSoon() : this.close(), STAYS)
  }

  // It was withdrawn: why comes next, where the reader may know it.
  drop (id) {
    if (id === this.shown) this.card.hidden = true
  }

  close () {
    clearTimeout(this.timer)
    this.card.hidden = true
    this.shown = ''
  }

  get card () { return this.querySelector('.toast__card') }
}

// Among the cards, or held back behind a feed's pill.
function onThePage (id) {
  const feeds = [...document.querySelectorAll('sa-feed')]
  return Boolean(document.getElementById(id)) || feeds.some(feed => feed.waiting && feed.waiting.has(id))
}
