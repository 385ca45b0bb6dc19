// Once a page: what this phone keeps, as the person who has just been answered by the server may have it.
import { me } from '../page.js'
import { Kept } from './kept.js'

const FAILED = 'shopalert-kept' // why the last thing could not be kept, without a word of what it was
let here

export const schemes = () => {
  const element = document.querySelector('sa-contact')
  return ((element && element.getAttribute('schemes')) || '').split(' ').filter(Boolean)
}

// Without a service worker nothing can be shown later, so nothing is kept.
export const possible = () => document.body.dataset.worker !== 'off' &&
  Boolean('serviceWorker' in navigator && self.indexedDB && self.crypto && crypto.subtle)

// Resolves to what is kept, or to null where nothing may be.
export function arrival () {
  if (!here) here = (me() && possible() ? Kept.arrive(me(), schemes()) : nobody()).catch(cannot)
  return here
}

// Signed out. Of the last person's way through the pages nothing stays in this tab either.
async function nobody () {
  if (!me()) sessionStorage.clear()
  await Kept.forget()
  return null
}

// No room, or a browser that lends no databases or keys: a private window, mostly.
export function cannot (error) {
  failed(error && error.name === 'QuotaExceededError' ? 'full' : 'unsupported')
  return null
}

export function failed (why) {
  try {
    if (why) localStorage.setItem(FAILED, why)
    else localStorage.removeItem(FAILED)
  } catch (error) { /* then there is nothing to remember it in either */ }
}

export function whyNot () {
  try { return localStorage.getItem(FAILED) || '' } catch (error) { return 'unsupported' }
}
