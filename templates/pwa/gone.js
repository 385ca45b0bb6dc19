// The operator has switched service workers off (flask shopalert pwa off): this one takes the place of the one before it,
// empties what that had kept, and goes. It answers nothing, so that pages come straight from the server.
'use strict'
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(leave()))

async function leave () {
  for (const name of await caches.keys()) await caches.delete(name)
  await self.registration.unregister()
}
