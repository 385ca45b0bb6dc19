// A new release's worker waits while pages of the old one are open, until somebody says that they may be left.
self.addEventListener('message', ({ data, ports }) => {
  if (data === 'SKIP_WAITING') self.skipWaiting()
  if (data === 'RELEASE' && ports[0]) ports[0].postMessage(VERSION)
})
