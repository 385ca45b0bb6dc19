// <sa-time><time datetime="...">18 min</time></sa-time> The words that the server wrote, kept true while the page is open.
import { word } from '../words.js'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const all = new Set()

function ago (at) {
  const seconds = Math.max(0, (Date.now() - at) / 1000)
  if (seconds < MINUTE) return word('now')
  if (seconds < HOUR) return word('{n} min', { n: Math.floor(seconds / MINUTE) })
  if (seconds < DAY) return word('{n} h', { n: Math.floor(seconds / HOUR) })
  return null
}

function exactly (at) {
  const parts = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en-GB', { ...parts, hour12: false, timeZone: 'Europe/London' }).format(at)
}

setInterval(() => { for (const element of all) element.tick() }, 15000)

export class SaTime extends HTMLElement {
  connectedCallback () {
    this.time = this.querySelector('time') || this
    this.at = new Date(this.time.getAttribute('datetime'))
    if (isNaN(this.at)) return
    if (!this.time.title) this.time.title = exactly(this.at)
    all.add(this)
    this.tick()
  }

  disconnectedCallback () { all.delete(this) }

  // Days and dates are the server's words: nobody keeps a page open for that long.
  tick () {
    const words = ago(this.at)
    if (words && this.time.textContent.trim() !== words) this.time.textContent = words
  }
}
