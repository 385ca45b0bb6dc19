// What is kept on the phone goes also while no page is open: whenever the worker is started it looks how old it is, and an
// alert is an occasion to ask whether it still stands.
Kept.open().then(kept => { if (kept) kept.close() }).catch(() => null)
self.addEventListener('push', event => event.waitUntil(askWhatStands().catch(() => null)))
