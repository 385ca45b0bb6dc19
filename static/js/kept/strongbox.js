// A small store on this device that says nothing without its keys, and whose keys no script can take out of it: what is
// written is sealed with AES-GCM and found by the HMAC of its name. Also part of the service worker, so it imports nothing.
const STRONGBOX = 'shopalert-kept'
const SHELVES = ['keys', 'state', 'labels', 'bodies']

export class Strongbox {
  // Null where there is none and none is to be made: looking for one leaves no trace.
  static async open ({ make = false } = {}) {
    const db = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(STRONGBOX, 1)
      asked.onupgradeneeded = () => {
        if (!make) return asked.transaction.abort()
        for (const shelf of SHELVES) asked.result.createObjectStore(shelf)
      }
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = event => {
        event.preventDefault()
        if (make || asked.error.name !== 'AbortError') reject(asked.error)
        else resolve(null)
      }
    })
    return db && new Strongbox(db)
  }

  // Empty first, in one step, whatever other pages hold open; then the file itself as soon as nobody has it open.
  static async destroy () {
    if (!self.indexedDB) return
    const box = await Strongbox.open().catch(() => null)
    if (box) {
      await box.empty().catch(() => null)
      box.close()
    }
    await new Promise(resolve => {
      const asked = indexedDB.deleteDatabase(STRONGBOX)
      asked.onsuccess = asked.onerror = asked.onblocked = resolve
    })
  }

  constructor (db) {
    this.db = db
    db.onversionchange = () => db.close()
  }

  close () { this.db.close() }

  // One transaction over some shelves; `work` gets them by name and may return a request, whose result is the answer.
  run (mode, shelves, work) {
    return new Promise((resolve, reject) => {
      const whole = this.db.transaction(shelves, mode)
      let asked
      whole.oncomplete = () => resolve(asked instanceof IDBRequest ? asked.result : asked)
      whole.onabort = () => reject(whole.error || new Error('not kept')) // also why: that there is no room is known only then
      asked = work(Object.fromEntries(shelves.map(name => [name, whole.objectStore(name)])), whole)
    })
  }

  get (shelf, name) { return this.run('readonly', [shelf], on => on[shelf].get(name)) }
  all (shelf) { return this.run('readonly', [shelf], on => on[shelf].getAll()) }

  empty () {
    return this.run('readwrite', SHELVES, on => { for (const shelf of SHELVES) on[shelf].clear() })
  }

  // New keys, unknown to anybody: this person's, until all of it goes.
  async makeKeys () {
    this.sealing = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    this.naming = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  }

  putKeys (on) {
    on.keys.put(this.sealing, 'sealing')
    on.keys.put(this.naming, 'naming')
  }

  async findKeys () {
    this.sealing = await this.get('keys', 'sealing')
    this.naming = await this.get('keys', 'naming')
    return Boolean(this.sealing && this.naming)
  }

  async nameOf (path) {
    const signed = new Uint8Array(await crypto.subtle.sign('HMAC', this.naming, new TextEncoder().encode(path)))
    return Array.from(signed.slice(0, 16), byte => byte.toString(16).padStart(2, '0')).join('')
  }

  // `about` is sealed with it: a thing that was put under another's name is not opened.
  async seal (about, thing) {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const additionalData = new TextEncoder().encode(about)
    const plain = new TextEncoder().encode(JSON.stringify(thing))
    return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, this.sealing, plain) }
  }

  async unseal (about, { iv, sealed }) {
    const additionalData = new TextEncoder().encode(about)
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, this.sealing, sealed)
    return JSON.parse(new TextDecoder().decode(plain))
  }
}
