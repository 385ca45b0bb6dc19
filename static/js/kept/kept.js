// What this phone keeps to be read without a connection: whose it is, for how long, and when it goes. Everything here is
// sealed in the strongbox. Looked at by pages and by the service worker.
import { Strongbox } from './strongbox.js'

const KEPT_FOR = 24 * 60 * 60 * 1000 // since the server was last spoken to
const KEPT_INCIDENTS = 50
const KEPT_BYTES = 2 * 1024 * 1024

export class Kept {
  // What is there and may still be read; null otherwise. Too old, unreadable or without its key, it goes at once.
  static async open () {
    if (!self.indexedDB || !self.crypto || !crypto.subtle) return null
    const box = await Strongbox.open()
    if (!box) return null
    const kept = new Kept(box)
    if (!await kept.find() || kept.tooOld()) {
      box.close()
      await Kept.forget()
      return null
    }
    if (await kept.remember()) return kept
    box.close() // somebody else's by now
    return null
  }

  // The server has just answered this person. Makes what is needed to keep things, and drops what is not theirs any more.
  static async arrive (owner, schemes) {
    let kept = await Kept.open()
    if (kept && kept.state.owner !== owner) {
      kept.close()
      await Kept.forget()
      kept = null
    }
    if (!schemes.length) {
      if (kept) kept.close()
      return Kept.forget().then(() => null)
    }
    if (!kept) kept = await Kept.begin(owner)
    kept.state.contact = kept.now()
    await kept.remember()
    await kept.dropIf(label => !label.schemes.every(scheme => schemes.includes(scheme)))
    return kept
  }

  static async begin (owner) {
    const box = await Strongbox.open({ make: true })
    const kept = new Kept(box)
    await box.makeKeys()
    kept.mark = Array.from(crypto.getRandomValues(new Uint8Array(8))).join('.')
    kept.state = { owner, contact: Date.now(), last: Date.now(), debt: 0, checked: 0 }
    const sealed = { ...await box.seal('state', kept.state), mark: kept.mark }
    await box.run('readwrite', ['keys', 'state', 'labels', 'bodies'], on => {
      on.labels.clear()
      on.bodies.clear()
      box.putKeys(on)
      on.state.put(sealed, 'state')
    })
    return kept
  }

  static forget () { return Strongbox.destroy() }

  constructor (box) { this.box = box }

  close () { this.box.close() }

  async find () {
    try {
      const sealed = await this.box.findKeys() && await this.box.get('state', 'state')
      if (!sealed) return false
      this.mark = sealed.mark
      this.state = await this.box.unseal('state', sealed)
      return true
    } catch (error) {
      return false
    }
  }

  // Time as it passes here: a clock that is set back is seen, and does not make anything younger.
  now () {
    const { state } = this
    const clock = Date.now()
    if (clock < state.last) state.debt += state.last - clock
    state.last = clock
    return clock + state.debt
  }

  tooOld () { return this.now() - this.state.contact > KEPT_FOR }

  // Milliseconds since a moment of `now()`.
  age (at) { return Math.max(0, this.now() - at) }

  get lasts () { return Math.max(0, KEPT_FOR - this.age(this.state.contact)) }

  async remember () {
    const sealed = { ...await this.box.seal('state', this.state), mark: this.mark }
    return this.write(['state'], on => on.state.put(sealed, 'state'))
  }

  // Only where it is still the same box: another person may have come, or this one gone, since it was looked at.
  async write (shelves, work) {
    let same = true
    await this.box.run('readwrite', [...new Set(['state', ...shelves])], on => {
      const asked = on.state.get('state')
      asked.onsuccess = () => {
        same = Boolean(asked.result) && asked.result.mark === this.mark
        if (same) work(on)
      }
    })
    return same
  }

  // Newest first. What cannot be opened is none of ours.
  async labels () {
    const found = []
    for (const record of await this.box.all('labels')) {
      try {
        found.push({ ...await this.box.unseal('label ' + record.name, record), name: record.name, size: record.size })
      } catch (error) {
        await this.drop([record.name])
      }
    }
    return found.sort((one, other) => other.at - one.at)
  }

  async read (path) {
    const name = await this.box.nameOf(path)
    const [label, body] = [await this.box.get('labels', name), await this.box.get('bodies', name)]
    if (!label || !body) return null
    try {
      return { ...await this.box.unseal('label ' + name, label), ...await this.box.unseal('body ' + name, body) }
    } catch (error) {
      await this.drop([name])
      return null
    }
  }

  // copy: { path, kind, schemes, incidents, title, under } and the tree of its page.
  async keep (copy, tree) {
    const name = await this.box.nameOf(copy.path)
    const put = await this.sealed(name, { ...copy, at: this.now() }, tree)
    if (put.size > KEPT_BYTES / 2) return this.drop([name])
    const others = (await this.labels()).filter(label => label.name !== name)
    const drop = tooMany(others, copy, put.size)
    try {
      return await this.put(put, drop)
    } catch (error) {
      if (error.name !== 'QuotaExceededError') throw error
    }
    // No room on the device: the older half makes some. If that is not enough, whoever asked is told.
    await this.drop(others.slice(others.length >> 1).map(label => label.name))
    return this.put(put, [])
  }

  async sealed (name, label, tree) {
    const body = await this.box.seal('body ' + name, { tree })
    const size = body.sealed.byteLength
    return { name, size, label: { ...await this.box.seal('label ' + name, label), name, size }, body }
  }

  put ({ name, label, body }, drop) {
    return this.write(['labels', 'bodies'], on => {
      on.labels.put(label, name)
      on.bodies.put(body, name)
      for (const each of drop) { on.labels.delete(each); on.bodies.delete(each) }
    })
  }

  drop (names) {
    return this.write(['labels', 'bodies'], on => { for (const name of names) { on.labels.delete(name); on.bodies.delete(name) } })
  }

  async dropIf (goes) {
    const names = (await this.labels()).filter(goes).map(label => label.name)
    if (names.length) await this.drop(names)
  }

  // These incidents and bulletins are gone: their own copies, and their cards in the copies of lists.
  async dropIncidents (ids) {
    const gone = new Set(ids)
    for (const label of await this.labels()) {
      if (!label.incidents.some(id => gone.has(id))) continue
      const copy = label.kind === 'list' && await this.read(label.path)
      if (!copy) { await this.drop([label.name]); continue }
      const { tree, ...rest } = copy
      const left = { ...rest, incidents: rest.incidents.filter(id => !gone.has(id)) }
      const without = cut(tree, node => gone.has(String(node[1].id || '').replace(/^(?:incident|bulletin)-/, '')))
      await this.put(await this.sealed(label.name, left, without), [])
    }
  }

  // What the server says still stands of what it was asked about, and in which schemes things may be kept.
  async settle ({ standing, schemes }, asked) {
    await this.dropIf(label => !label.schemes.every(scheme => schemes.includes(scheme)))
    await this.dropIncidents(asked.filter(id => !standing.includes(id)))
    this.state.contact = this.state.checked = this.now()
    await this.remember()
  }

  async incidents () {
    const all = (await this.labels()).map(label => label.incidents)
    return [...new Set([].concat(...all))]
  }
}

// The oldest go: incidents and bulletins beyond so many, and whatever does not fit beside the newest.
function tooMany (others, copy, size) {
  let incidents = copy.kind === 'list' ? 0 : 1
  let bytes = size
  const goes = label => {
    if (label.kind !== 'list') incidents += 1
    bytes += label.size
    return bytes > KEPT_BYTES || (label.kind !== 'list' && incidents > KEPT_INCIDENTS)
  }
  return others.filter(goes).map(label => label.name)
}

function cut (node, goes) {
  if (!Array.isArray(node)) return node
  return node.filter((part, at) => at < 2 || !Array.isArray(part) || !goes(part)).map((part, at) => at < 2 ? part : cut(part, goes))
}
