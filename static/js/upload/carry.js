// A file on its way, in pieces. A lost connection, a server that restarts: it goes on by itself. After a reload it goes on
// where it was when the file is chosen again.
import { renew, session } from '../page.js'
import { word } from '../words.js'
import { row } from './row.js'
import { asKey, fingerprint, hash, load, transfer } from './tus.js'

const MB = 1024 * 1024

// Resolves when it is over, whatever became of it; `place` shows what.
export async function carry (field, place, file) {
  const shown = row(place, file.name)
  if (file.size > field.dataset.most * MB) {
    shown.fail(word('This file is too large: {n} MB are the most.', { n: field.dataset.most }))
    shown.button('Remove', () => place.remove())
    return
  }
  try {
    await send(field.dataset, file, shown)
  } catch (error) {
    shown.fail(error.words || word('Not sent. Try again'))
    shown.button('Try again', () => { place.remove(); field.begin(file) })
  }
}

async function send ({ scheme, tus: address }, file, shown, again = true) {
  const [tus, print, sha256] = await Promise.all([load(address), fingerprint(file, scheme), hash(file)])
  try {
    shown.done(await transfer(tus, file, shown, print, { scheme, filename: file.name, key: asKey(print), sha256 }))
  } catch (error) {
    if (!again || error.code !== 'csrf_failed' || !await renewed()) throw error
    await send({ scheme, tus: address }, file, shown, false)
  }
}

async function renewed () {
  const known = await session().catch(() => null)
  if (known) renew(known.csrf_token)
  return Boolean(known)
}
