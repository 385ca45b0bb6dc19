// <sa-reader release="/static/…/"> on the page shown without a connection: where this address was read before, its copy, with its age
// always in sight. It goes from the screen when it goes from the phone.
import { Kept } from '../kept/kept.js'
import { build } from '../kept/tree.js'
import { readAgo } from '../kept/words.js'
import { tell } from '../page.js'

const LOOK_EVERY = 30 * 1000

export class SaReader extends HTMLElement {
  connectedCallback () {
    this.look = () => this.read().catch(() => this.nothing())
    this.leave = () => this.nothing()
    this.back = event => { if (event.persisted) location.reload() }
    document.addEventListener('kept:forgotten', this.leave)
    document.addEventListener('visibilitychange', this.look)
    window.addEventListener('pageshow', this.back)
    this.timer = setInterval(this.look, LOOK_EVERY)
    this.look()
  }

  disconnectedCallback () {
    clearInterval(this.timer)
    document.removeEventListener('kept:forgotten', this.leave)
    document.removeEventListener('visibilitychange', this.look)
    window.removeEventListener('pageshow', this.back)
  }

  async read () {
    const kept = await Kept.open()
    const copy = kept && await kept.read(location.pathname)
    if (!copy) return this.nothing(kept)
    const paths = (await kept.labels()).map(label => label.path)
    kept.close()
    this.querySelector('[data-age]').textContent = readAgo(kept.age(copy.at))
    if (this.dataset.state === 'copy') return
    const piece = build(copy.tree, { release: this.getAttribute('release'), kept: new Set(paths) })
    for (const time of piece.querySelectorAll('time[datetime]')) if (!time.closest('sa-time')) sayTheDay(time)
    this.place.append(piece)
    this.show('copy')
  }

  nothing (kept) {
    if (kept) kept.close()
    this.place.textContent = ''
    this.show('nothing')
    if (kept === null) tell('kept:changed')
  }

  show (state) {
    this.dataset.state = state
    for (const part of this.querySelectorAll('[data-in]')) part.hidden = part.dataset.in !== state
  }

  get place () { return this.querySelector('[data-copy]') }
}

// "Today 13:42" was true when it was read: said here with its date, whatever the day is now.
function sayTheDay (time) {
  const at = new Date(time.dateTime)
  if (isNaN(at) || !/\d:\d\d/.test(time.textContent) || !/^\D/.test(time.textContent.trim())) return
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Europe/London' }
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang || 'en-GB', parts).format(at)
}
