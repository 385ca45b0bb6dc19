// The contents page of the scripts: which behaviours exist. Nothing else happens here but the worker's registration and
// the look at this device's alerts, which belong to no place on the page.
import './htmx-setup.js'
import { compare } from './push.js'
import { SaChat } from './elements/sa-chat.js'
import { SaFeed } from './elements/sa-feed.js'
import { SaLive } from './elements/sa-live.js'
import { SaOffline } from './elements/sa-offline.js'
import { SaPhotos } from './elements/sa-photos.js'
import { SaPush } from './elements/sa-push.js'
import { SaRefresh } from './elements/sa-refresh.js'
import { SaReport } from './elements/sa-report.js'
import { SaSeen } from './elements/sa-seen.js'
import { SaSession } from './elements/sa-session.js'
import { SaSignOut } from './elements/sa-sign-out.js'
import { SaTime } from './elements/sa-time.js'

const ELEMENTS = {
  'sa-session': SaSession,
  'sa-feed': SaFeed,
  'sa-chat': SaChat,
  'sa-refresh': SaRefresh,
  'sa-live': SaLive,
  'sa-time': SaTime,
  'sa-photos': SaPhotos,
  'sa-report': SaReport,
  'sa-seen': SaSeen,
  'sa-push': SaPush,
  'sa-sign-out': SaSignOut,
  'sa-offline': SaOffline
}

document.documentElement.classList.add('js')
for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element)

async function settle () {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
  await compare()
}
const quietly = () => settle().catch(() => null)
if (document.readyState === 'complete') quietly()
else window.addEventListener('load', quietly)
