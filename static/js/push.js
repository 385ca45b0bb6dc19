// The browser's side of alerts: what this device has agreed to, and telling the server of it.
import { me, sessionOver } from './page.js'

const ADDRESS = '/push/subscription'
const PATIENCE = 15000
const WANTED = 'shopalert-alerts' // on this device, who asked for them

export const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
export const onAppleOutsideApp = () => /iPhone|iPad|iPod/.test(navigator.userAgent) && !navigator.standalone
export const wanted = () => localStorage.getItem(WANTED) === me()

const worker = () => navigator.serviceWorker.ready
const soon = promise => Promise.race([promise, new Promise((resolve, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE))])
export const ready = () => soon(worker())

export async function current () {
  const registration = await navigator.serviceWorker.getRegistration('/')
  return registration ? registration.pushManager.getSubscription() : null
}

export function tellServer (method, subscription) {
  return fetch(ADDRESS, {
    method,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Requested-With': 'shopalert' },
    body: JSON.stringify(subscription)
  })
}

// Where no push service can be reached, subscribe() never settles: hence the race.
export async function subscribe () {
  const answer = await fetch('/push/key', { headers: { 'X-Requested-With': 'shopalert' } })
  if (!answer.ok) throw new Error('no key')
  const applicationServerKey = bytes((await answer.text()).trim())
  const registration = await ready()
  const held = await registration.pushManager.getSubscription()
  // A subscription made with another key of the server's is of no use to it.
  if (held && !same(held.options && held.options.applicationServerKey, applicationServerKey)) await held.unsubscribe()
  const subscription = await soon(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }))
  const stored = await tellServer('POST', subscription)
  if (!stored.ok) throw new Error('refused')
  localStorage.setItem(WANTED, me())
  return subscription
}

export async function unsubscribe () {
  localStorage.removeItem(WANTED)
  const subscription = supported() ? await current() : null
  if (!subscription) return
  await tellServer('DELETE', { endpoint: subscription.endpoint })
  await subscription.unsubscribe()
}

// At every page load: browsers drop or change subscriptions without telling anybody (iOS has no event for it), and the
// device may have passed to another person.
export async function compare () {
  if (!supported() || !me() || Notification.permission !== 'granted') return
  const subscription = await current()
  if (subscription) {
    const answer = await tellServer('POST', subscription)
    if (answer.status === 401) sessionOver()
  } else if (wanted()) await subscribe()
}

function bytes (base64url) {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(text, letter => letter.charCodeAt(0))
}

function same (held, key) {
  const ours = held && new Uint8Array(held)
  return !ours || (ours.length === key.length && ours.every((byte, at) => byte === key[at]))
}
