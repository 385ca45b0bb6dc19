// An alert arrives: it is always shown, whatever else fails, or the phone's maker takes the right to show any away.
// The words are the server's; they name no person. The payload is the declarative one that Safari reads by itself.
const SEEN = 'seen'
const BESIDE = ['report', 'edit', 'withdrawal']

self.addEventListener('push', event => event.waitUntil(show(read(event.data))))
self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(event.action === SEEN ? seenHere(event.notification) : open(event.notification))
})
self.addEventListener('pushsubscriptionchange', event => event.waitUntil(subscribeAgain(event)))

function read (data) {
  try {
    return data.json().notification
  } catch (error) {
    return { title: WORDS.newAlert, navigate: '/' }
  }
}

async function show ({ title, body, navigate, tag, silent, lang, dir, actions, data }) {
  const facts = { ...data, navigate }
  const options = { body, lang, dir, actions, icon: ICON, badge: BADGE, data: facts, silent: Boolean(silent) }
  // A repeat replaces by its tag, and calls again only when it says something new: the same receipt is the same alert
  // sent twice, by a server that could not know that the first had arrived.
  const standing = tag ? await self.registration.getNotifications({ tag }).catch(() => []) : []
  const again = standing.some(each => facts.receipt && each.data && each.data.receipt === facts.receipt)
  await self.registration.showNotification(title || WORDS.newAlert, tag ? { ...options, tag, renotify: !silent && !again } : options)
  await receipt(facts, { shown: true })
}

function tellServer (url, body, headers = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Requested-With': 'shopalert', ...headers },
    body: JSON.stringify(body)
  })
}

async function receipt (facts, what) {
  if (facts.receipt) await tellServer('/push/receipt', { token: facts.receipt, ...what }).catch(() => null)
}

async function open ({ data }) {
  const told = receipt(data, { opened: true })
  // Only the path counts: the same server may have another name on this phone than in its own settings.
  const { pathname, search, hash } = new URL(data.navigate || '/', self.location.origin)
  const url = self.location.origin + pathname + search + hash
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const already = windows.find(each => each.url.split('#')[0] === url.split('#')[0])
  // A window in which somebody is writing a report is not taken away from them.
  const free = windows.find(each => !BESIDE.includes(new URL(each.url).pathname.split('/').pop()))
  if (already) await already.focus().catch(() => null)
  else if (!free) await self.clients.openWindow(url)
  else {
    await free.focus().catch(() => null)
    await free.navigate(url).catch(() => self.clients.openWindow(url))
  }
  await told
}

// One tap on the alert, the phone still locked: a timed sighting, and an honest word whether it was taken.
async function seenHere (notification) {
  const { data, tag } = notification
  const key = uuid()
  const sighting = { kind: 'sighting', incident: data.incident || incidentOf(data.navigate), client_id: key }
  const answer = await tellServer('/sync', sighting, { 'Idempotency-Key': key }).catch(() => null)
  const sent = Boolean(answer && answer.ok)
  const title = sent ? WORDS.seenSent : WORDS.seenNotSent
  await self.registration.showNotification(title, { body: notification.title, tag, icon: ICON, badge: BADGE, silent: true, data: { navigate: data.navigate } })
  if (sent) await receipt(data, { opened: true })
}

function incidentOf (navigate) {
  const found = /\/incidents\/([0-9a-f-]{36})/.exec(navigate || '')
  return found && found[1]
}

// Some browsers hand over the new subscription, some the old one, some neither.
async function subscribeAgain ({ oldSubscription: old, newSubscription: given }) {
  const manager = self.registration.pushManager
  const subscription = given || await manager.getSubscription() || await manager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: (old && old.options && old.options.applicationServerKey) || await serverKey()
  })
  // Signed out meanwhile: the next page that is opened compares.
  await tellServer('/push/subscription', { ...subscription.toJSON(), expired: old ? old.endpoint : undefined })
}

async function serverKey () {
  const answer = await fetch('/push/key', { headers: { 'X-Requested-With': 'shopalert' } })
  if (!answer.ok) throw new Error('no key')
  return (await answer.text()).trim()
}
