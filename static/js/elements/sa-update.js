// <sa-update> "New version": shown when the worker of another release than this page's is there. Reload lets it take over
// and reads the page anew, once. What somebody is writing stays: then it only says so, until it has been sent.
import { unsent } from '../page.js'

const LOOKS = 1000
const AGAIN = 10 * 60 * 1000 // at most this often a page that stays open asks for a new release by itself

export class SaUpdate extends HTMLElement {
  connectedCallback () {
    if (!('serviceWorker' in navigator) || document.body.dataset.worker === 'off') return
    this.controlled = Boolean(navigator.serviceWorker.controller)
    this.changed = () => this.tookOver()
    this.pressed = event => { if (event.target.closest('button')) this.reload() }
    this.look = () => { if (!document.hidden) this.ask() }
    this.state = event => { if (event.detail.state === 'live') this.restarted() }
    navigator.serviceWorker.addEventListener('controllerchange', this.changed)
    this.addEventListener('click', this.pressed)
    document.addEventListener('visibilitychange', this.look)
    document.addEventListener('live:state', this.state)
    this.hourly = setInterval(this.look, 6 * AGAIN)
    this.asked = Date.now() // the page's own registration has just asked
    navigator.serviceWorker.ready.then(registration => this.watch(registration))
  }

  disconnectedCallback () {
    clearInterval(this.timer)
    clearInterval(this.hourly)
    if (!this.changed) return
    navigator.serviceWorker.removeEventListener('controllerchange', this.changed)
    document.removeEventListener('visibilitychange', this.look)
    document.removeEventListener('live:state', this.state)
  }

  watch (registration) {
    if (!this.isConnected) return
    this.registration = registration
    registration.addEventListener('updatefound', () => this.follow(registration.installing))
    if (registration.installing) this.follow(registration.installing)
    if (registration.waiting) this.meet(registration.waiting)
  }

  follow (worker) {
    if (!worker) return
    worker.addEventListener('statechange', () => { if (worker.state === 'installed' && this.registration.waiting === worker) this.meet(worker) })
  }

  // A page that is itself of the waiting worker's release has nothing to reload: the worker may come at once.
  async meet (worker) {
    if (await releaseOf(worker) === document.body.dataset.release) worker.postMessage('SKIP_WAITING')
    else this.offer()
  }

  // Another tab let the new worker take over: this page is old, and stays until its reader reloads it.
  async tookOver () {
    if (this.reloading) return this.go()
    const worker = navigator.serviceWorker.controller
    if (this.controlled && worker && await releaseOf(worker) !== document.body.dataset.release) this.offer()
    this.controlled = true
  }

  offer () {
    this.hidden = false
    this.show()
    clearInterval(this.timer)
    this.timer = setInterval(() => this.show(), LOOKS)
  }

  show () {
    const state = unsent() ? 'writing' : 'free'
    if (this.dataset.state === state) return
    this.dataset.state = state
    for (const part of this.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== state
  }

  reload () {
    this.show()
    if (this.reloading || this.dataset.state === 'writing') return
    this.reloading = true
    const waiting = this.registration && this.registration.waiting
    if (!waiting) return this.go()
    waiting.postMessage('SKIP_WAITING')
    setTimeout(() => this.go(), 3000) // a worker that does not come keeps nobody from the new pages
  }

  go () {
    if (this.gone) return
    this.gone = true
    location.reload()
  }

  ask () {
    if (!this.registration || Date.now() - this.asked < AGAIN) return
    this.asked = Date.now()
    this.registration.update().catch(() => null)
  }

  // A stream that comes back may come from a server that was started anew, with a new release.
  restarted () {
    if (this.wasLive) this.asked = 0
    this.wasLive = true
    this.ask()
  }
}

function releaseOf (worker) {
  return new Promise(resolve => {
    const channel = new MessageChannel()
    channel.port1.onmessage = ({ data }) => resolve(data)
    setTimeout(() => resolve(''), 1000) // a worker from before this question
    worker.postMessage('RELEASE', [channel.port2])
  })
}
