// One tab holds the stream for all tabs of a browser: six open streams would block every other request over HTTP/1.1.
// The lock says who leads and passes on by itself when a tab closes; the channel carries what the leader hears.
import { uuid } from '../uuid.js'

const QUIET = 90000
const LOOK_EVERY = 15000

export class Tabs {
  static possible () { return 'locks' in navigator && 'BroadcastChannel' in window }

  // tell: { lead, follow, heard, state }
  constructor (name, tell) {
    this.name = name
    this.tell = tell
    this.mark = uuid()
  }

  start () {
    this.channel = new BroadcastChannel(this.name)
    this.channel.onmessage = ({ data }) => this.hear(data)
    this.wait()
    this.say({ type: 'here', from: this.mark })
    this.heardAt = Date.now()
    this.watch = setInterval(() => this.look(), LOOK_EVERY)
  }

  stop () {
    clearInterval(this.watch)
    if (this.queue) this.queue.abort()
    this.stepDown()
    if (this.channel) this.channel.close()
    this.channel = null
  }

  say (message) { if (this.channel) this.channel.postMessage(message) }

  wait ({ steal = false } = {}) {
    if (this.queue) this.queue.abort()
    const queue = this.queue = new AbortController()
    const options = steal ? { steal } : { signal: queue.signal }
    const mine = () => new Promise(resolve => {
      if (!this.channel) return resolve()
      this.release = resolve
      this.say({ type: 'leader' })
      this.tell.lead()
    })
    navigator.locks.request(this.name, options, mine).catch(() => {
      // Taken from us by a tab that heard nothing for long, or no longer wanted.
      if (!this.channel || queue.signal.aborted) return
      this.stepDown()
      this.tell.follow()
      this.wait()
    })
  }

  stepDown () {
    if (this.release) this.release()
    this.release = null
  }

  hear (message) {
    this.heardAt = Date.now()
    if (message.type === 'here') {
      if (this.release) this.say({ type: 'leader', to: message.from, state: this.tell.state() })
    } else if (!message.to || message.to === this.mark) this.tell.heard(message)
  }

  // A leader that the browser has frozen keeps its lock and says nothing: a tab that is being looked at takes over.
  look () {
    if (this.release || document.hidden || Date.now() - this.heardAt < QUIET) return
    this.heardAt = Date.now()
    this.wait({ steal: true })
  }
}
