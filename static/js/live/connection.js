// Keeps one reader supplied: by the stream where bytes come through, else by asking. It never loses its place: every
// request says after which cursor, and the cursor moves only when what it stands for has been handed on.
import { listen } from './source.js'
import { jittered, pause } from './pause.js'
import { whole } from './whole.js'

const STREAM_AGAIN = 10 * 60 * 1000
const ASK_EVERY = 15000
const LONG_WAITS = [20, 8, 8] // seconds; where something on the way cuts the one off, the next
const SHORT_LIVED = 30000
const CUT_OFF = 2 // streams in a row that were short-lived: the next would be too
const LONGEST_BACK_OFF = 15000
const COME_BACK_WITHIN = 5000

export class Connection {
  // tell: { message, state, signedOut }
  constructor (cursor, tell) {
    this.cursor = cursor
    this.tell = tell
    this.askUntil = 0
    this.waits = LONG_WAITS
    this.failures = 0
    this.ungreeted = 0
    this.cutOff = 0
  }

  start ({ streaming = true } = {}) {
    if (this.life) return
    if (!streaming) { this.askUntil = Infinity; this.waits = [] }
    this.life = { over: false, wake: null, source: null }
    this.run(this.life)
  }

  stop () {
    const life = this.life
    if (!life) return
    this.life = null
    life.over = true
    if (life.source) life.source.close()
    if (life.request) life.request.abort()
    if (life.wake) life.wake()
  }

  hurry () { if (this.life && this.life.wake) this.life.wake() }

  async run (life) {
    this.tell.state('connecting')
    while (!life.over) await (Date.now() < this.askUntil ? this.asking(life) : this.streaming(life))
  }

  async streaming (life) {
    const began = Date.now()
    life.source = listen('/stream?after=' + encodeURIComponent(this.cursor || ''), {
      hello: id => { this.failures = this.ungreeted = 0; this.cursor = this.cursor || id; this.tell.state('live') },
      beat: () => { this.settle(); this.tell.state('live') },
      message: message => this.take(message)
    })
    const { reason, greeted } = await life.source.ended
    life.source = null
    if (life.over) return
    if (reason === 'silent' || (reason === 'lost' && this.isCutOff(greeted, Date.now() - began))) return this.askForAWhile()
    this.tell.state('connecting')
    if (reason === 'bye') await pause(Math.random() * COME_BACK_WITHIN, life)
    // An EventSource does not say why it failed; a plain question does, and catches up meanwhile.
    const answer = life.over ? null : await this.ask(0, life)
    if (life.over) return
    if (answer !== 'ok') return this.backOff(answer, life)
    // The server answers but gives us no stream: it is full, or a proxy forbids it.
    if (!greeted && ++this.ungreeted > 1) return this.askForAWhile()
    await pause(jittered(500), life)
  }

  // Whether something on the way lets no stream live.
  isCutOff (greeted, lived) {
    if (lived > SHORT_LIVED) { this.cutOff = 0; this.waits = LONG_WAITS } else if (greeted) this.cutOff++
    return this.cutOff >= CUT_OFF
  }

  askForAWhile () {
    this.ungreeted = this.cutOff = 0
    this.askUntil = Date.now() + STREAM_AGAIN
  }

  async asking (life) {
    const began = Date.now()
    const wait = this.waits[0] || 0
    const answer = await this.ask(wait, life)
    if (life.over) return
    const quick = Date.now() - began < 1000
    // Something on the way cuts long answers off: shorter ones then.
    if (answer !== 'ok' && wait && !quick) this.waits = this.waits.slice(1)
    else if (answer !== 'ok') await this.backOff(answer, life)
    else {
      this.failures = 0
      if (wait) this.waits = LONG_WAITS.slice(LONG_WAITS.indexOf(wait))
      this.tell.state('polling')
      // An empty answer that came at once says that nobody waits on the other side.
      if (!wait || (quick && this.empty)) await pause(jittered(ASK_EVERY), life)
    }
  }

  // 'ok', 'refused' (the server said no) or 'unreachable'.
  async ask (wait, life = { over: false }) {
    const request = life.request = new AbortController()
    const timer = setTimeout(() => request.abort(), wait * 1000 + 10000)
    try {
      const query = '/poll?after=' + encodeURIComponent(this.cursor || '') + (wait ? '&wait=' + wait : '')
      const response = await fetch(query, { headers: { Accept: 'application/json' }, cache: 'no-store', signal: request.signal })
      if (response.status === 401 || response.status === 403) { this.stop(); this.tell.signedOut(); return 'refused' }
      if (!response.ok) return 'refused'
      const news = response.status === 204 ? { events: [] } : await response.json()
      if (life.over) return 'ok'
      this.empty = !news.events.length
      news.events.forEach(whole(this.cursor, message => this.take(message)))
      if (news.resync) this.tell.message({ event: 'resync', data: '{}' })
      this.settle(news.cursor)
      return 'ok'
    } catch (error) {
      return 'unreachable'
    } finally {
      clearTimeout(timer)
    }
  }

  // One event may say several things under one id: the place moves on when the next id shows that all were heard.
  take (message) {
    if (message.id !== this.last) this.settle()
    this.last = message.id
    this.tell.message(message)
  }

  settle (cursor) {
    this.cursor = cursor || this.last || this.cursor
    this.last = null
  }

  backOff (answer, life) {
    this.tell.state(answer === 'unreachable' ? 'offline' : 'connecting')
    return pause(jittered(Math.min(LONGEST_BACK_OFF, 500 * 2 ** this.failures++)), life)
  }
}
