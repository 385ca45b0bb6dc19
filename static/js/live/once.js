// A message may come by the channel and again by a question: the page takes the first.
const REMEMBERED = 500

export class Once {
  constructor () { this.keys = new Set() }

  first ({ id, event, data }) {
    if (!id) return true
    const key = [id, event, String(data).slice(0, 200)].join(' ')
    if (this.keys.has(key)) return false
    this.keys.add(key)
    if (this.keys.size > REMEMBERED) this.keys.delete(this.keys.values().next().value)
    return true
  }
}
