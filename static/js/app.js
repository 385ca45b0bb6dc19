// The contents page of the scripts: which behaviours exist. Nothing else happens here but the worker's registration and
// the look at this device's alerts, which belong to no place on the page.
import './htmx-setup.js'
import { compare } from './push.js'
import { SaBulletins } from './elements/sa-bulletins.js'
import { SaChat } from './elements/sa-chat.js'
import { SaContact } from './elements/sa-contact.js'
import { SaCopy } from './elements/sa-copy.js'
import { SaFeed } from './elements/sa-feed.js'
import { SaInstall } from './elements/sa-install.js'
import { SaKeep } from './elements/sa-keep.js'
import { SaKept } from './elements/sa-kept.js'
import { SaKeys } from './elements/sa-keys.js'
import { SaLive } from './elements/sa-live.js'
import { SaOffline } from './elements/sa-offline.js'
import { SaPanes } from './elements/sa-panes.js'
import { SaPhotos } from './elements/sa-photos.js'
import { SaPrint } from './elements/sa-print.js'
import { SaPriority } from './elements/sa-priority.js'
import { SaPush } from './elements/sa-push.js'
import { SaQuestions } from './elements/sa-questions.js'
import { SaReader } from './elements/sa-reader.js'
import { SaRefresh } from './elements/sa-refresh.js'
import { SaReport } from './elements/sa-report.js'
import { SaRows } from './elements/sa-rows.js'
import { SaSeen } from './elements/sa-seen.js'
import { SaSession } from './elements/sa-session.js'
import { SaSignOut } from './elements/sa-sign-out.js'
import { SaToast } from './elements/sa-toast.js'
import { SaTime } from './elements/sa-time.js'
import { SaTotal } from './elements/sa-total.js'
import { SaUpdate } from './elements/sa-update.js'
import { SaUnread } from './elements/sa-unread.js'
import { SaUpload } from './elements/sa-upload.js'

const ELEMENTS = {
  'sa-session': SaSession,
  'sa-feed': SaFeed,
  'sa-bulletins': SaBulletins,
  'sa-panes': SaPanes,
  'sa-keys': SaKeys,
  'sa-unread': SaUnread,
  'sa-print': SaPrint,
  'sa-copy': SaCopy,
  'sa-chat': SaChat,
  'sa-refresh': SaRefresh,
  'sa-live': SaLive,
  'sa-toast': SaToast,
  'sa-time': SaTime,
  'sa-photos': SaPhotos,
  'sa-upload': SaUpload,
  // Inner elements first: the outer ones read what they say.
  'sa-rows': SaRows,
  'sa-total': SaTotal,
  'sa-questions': SaQuestions,
  'sa-priority': SaPriority,
  'sa-report': SaReport,
  'sa-seen': SaSeen,
  'sa-push': SaPush,
  'sa-sign-out': SaSignOut,
  'sa-install': SaInstall,
  'sa-offline': SaOffline,
  'sa-update': SaUpdate
}

// What nobody waits for: once the page is there.
const LATER = {
  'sa-contact': SaContact,
  'sa-keep': SaKeep,
  'sa-kept': SaKept,
  'sa-reader': SaReader
}

function define (elements) {
  for (const [name, element] of Object.entries(elements)) customElements.define(name, element)
}
document.documentElement.classList.add('js')
define(ELEMENTS)

async function settle () {
  if (!('serviceWorker' in navigator)) return
  if (document.body.dataset.worker === 'off') return forget() // the operator's kill-switch
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
  await compare()
}
async function forget () {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
}
function later () {
  settle().catch(() => null)
  define(LATER)
}
if (document.readyState === 'complete') later()
else window.addEventListener('load', later)
