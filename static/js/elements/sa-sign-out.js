// <sa-sign-out> around the sign-out form: leaves nothing of this person on the device. Without script the server's own
// Clear-Site-Data does what it can.
import { Kept } from '../kept/kept.js'
import { unsubscribe } from '../push.js'

const PATIENCE = 3000

export class SaSignOut extends HTMLElement {
  connectedCallback () {
    this.submitted = event => { event.preventDefault(); this.leave(event.target) }
    this.addEventListener('submit', this.submitted)
  }

  disconnectedCallback () { this.removeEventListener('submit', this.submitted) }

  // Whatever the browser refuses or delays, signing out itself happens.
  async leave (form) {
    if (this.leaving) return
    this.leaving = true
    const limit = new Promise(resolve => setTimeout(resolve, PATIENCE))
    const wiping = Promise.all([forgetKept(), unsubscribe(), wipeCaches(), wipeDatabases()].map(each => each.catch(() => null))).then(forgetWorker)
    await Promise.race([wiping.catch(() => null), limit])
    localStorage.clear()
    sessionStorage.clear()
    form.submit()
  }
}

async function forgetKept () {
  await Kept.forget()
}

async function wipeCaches () {
  if (!('caches' in window)) return
  for (const name of await caches.keys()) await caches.delete(name)
}

async function wipeDatabases () {
  if (!window.indexedDB || !indexedDB.databases) return
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name)
}

// The next page brings the worker back, with a fresh shell.
async function forgetWorker () {
  if (!('serviceWorker' in navigator)) return
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
}
