// Sending a file in pieces (tus): the library, which is fetched only once somebody chooses a file, and what this device
// remembers of a file on its way: where it goes on. Neither its name nor anything of it is kept.
import { me, sessionOver, token } from '../page.js'
import { word } from '../words.js'

const PLACE = 'shopalert-upload-'
const PIECE = 4 * 1024 * 1024 // what a dropped connection may cost: browsers send it once more by themselves
const STILL = 30000 // without a byte: begin again rather than wait
const DELAYS = [0, 500, 1000, 2000, 4000, 8000, ...Array(60).fill(10000)]
const FOR_GOOD = [400, 401, 403, 404, 412, 413, 415, 429, 507]
const HASHED = 64 * 1024 * 1024 // larger files would not fit into a phone's memory

let library
let tries = 0

export function load (address) {
  if (!library) {
    library = import(address + (tries++ ? '?' + tries : '')).then(() => window.tus)
    library.catch(() => { library = null })
  }
  return library
}

const hex = buffer => [...new Uint8Array(buffer)].map(byte => byte.toString(16).padStart(2, '0')).join('')
const digest = async data => hex(await crypto.subtle.digest('SHA-256', data))

// The same file by the same person for the same scheme, chosen again after a reload.
export const fingerprint = (file, scheme) =>
  digest(new TextEncoder().encode([me(), scheme, file.name, file.size, file.lastModified].join('\n')))

export const asKey = print => print.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

export async function hash (file) {
  try {
    return file.size <= HASHED ? await digest(await file.arrayBuffer()) : ''
  } catch (error) {
    return '' // the server makes its own in any case
  }
}

const places = {
  findAllUploads: async () => [],
  findUploadsByFingerprint: async print => {
    const held = localStorage.getItem(PLACE + print)
    return held ? [JSON.parse(held)] : []
  },
  removeUpload: async key => localStorage.removeItem(PLACE + key),
  addUpload: async (print, { uploadUrl, size, creationTime }) => {
    localStorage.setItem(PLACE + print, JSON.stringify({ uploadUrl, size, creationTime, metadata: {}, urlStorageKey: print }))
    return print
  }
}

// Resolves with the id of the file once it is there. `shown` is its row on the page.
export function transfer (tus, file, shown, print, metadata) {
  return new Promise((resolve, reject) => {
    let watch
    const over = () => clearTimeout(watch)
    const alive = () => {
      over()
      watch = setTimeout(() => upload.abort().then(() => { alive(); upload.start() }), STILL)
    }
    const upload = new tus.Upload(file, {
      endpoint: '/uploads',
      chunkSize: PIECE,
      retryDelays: DELAYS,
      overridePatchMethod: true, // some offices let only GET and POST through
      removeFingerprintOnSuccess: true,
      fingerprint: async () => print,
      urlStorage: places,
      metadata,
      headers: { Accept: 'application/json' },
      onBeforeRequest: request => request.setHeader('X-CSRFToken', token()),
      onProgress: (sent, all) => { alive(); shown.progress(sent, all) },
      onShouldRetry: error => { alive(); shown.wait(); return !FOR_GOOD.includes(statusOf(error)) },
      onError: error => { over(); reject(told(error)) },
      onSuccess: () => { over(); resolve(upload.url.split('/').pop()) }
    })
    shown.button('Remove', () => { over(); upload.abort(true).catch(() => null); shown.remove(); resolve('') })
    alive()
    upload.findPreviousUploads().then(([before]) => {
      if (before) upload.resumeFromPreviousUpload(before)
      upload.start()
    })
  })
}

const statusOf = error => error.originalResponse ? error.originalResponse.getStatus() : 0

function told (error) {
  let said = {}
  try { said = JSON.parse(error.originalResponse.getBody()) } catch (nothing) { /* no answer, or a proxy's own page */ }
  if (statusOf(error) === 401) {
    sessionOver()
    return { words: word('You have been signed out. Sign in again in another tab, then send.') }
  }
  return { words: said.title, code: said.code }
}
