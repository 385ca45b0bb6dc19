// What the phone keeps: the scripts, the stylesheet, the icons and the offline page, nothing with anybody's data in it.
// Pages always come from the server; when it cannot be reached any address shows the offline page.
const CACHE = 'shopalert-' + VERSION
const OFFLINE = '/offline'
const NEVER = /^\/(stream|poll)\b/
const PROXY_FOUND_NOBODY = [502, 504]

self.addEventListener('install', event => event.waitUntil(fill()))
self.addEventListener('activate', event => event.waitUntil(tidy().then(() => self.clients.claim())))
self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin || NEVER.test(pathname)) return
  if (request.mode === 'navigate') event.respondWith(page(event))
  else if (pathname.startsWith('/static/')) event.respondWith(kept(request))
})

async function fill () {
  const cache = await caches.open(CACHE)
  // Fetched as nobody: the offline page is the same for everyone who picks up this phone.
  await cache.addAll([new Request(OFFLINE, { cache: 'reload', credentials: 'omit' }), ...SHELL])
}

async function tidy () {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable()
}

async function page (event) {
  try {
    const answer = await event.preloadResponse || await fetch(event.request)
    return PROXY_FOUND_NOBODY.includes(answer.status) ? await offline() || answer : answer
  } catch (error) {
    return await offline() || Response.error()
  }
}

async function offline () {
  const cache = await caches.open(CACHE)
  return cache.match(OFFLINE, { ignoreVary: true })
}

async function kept (request) {
  const cache = await caches.open(CACHE)
  return await cache.match(request, { ignoreVary: true }) || fetch(request)
}
