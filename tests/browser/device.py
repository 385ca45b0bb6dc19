"""Everything that a browser has stored for the site, as bytes, to be searched for what must not be there in clear."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

# Every database, cache, file and item; of keys what can be taken out of them, which must be nothing.
DUMP = """async () => {
  const found = {}
  const put = (place, bytes) => { (found[place] = found[place] || []).push(bytes) }
  const text = value => new TextEncoder().encode(String(value))
  const walk = async (place, value, seen = new Set()) => {
    if (value === null || typeof value !== 'object') return put(place, text(value))
    if (seen.has(value)) return
    seen.add(value)
    if (value instanceof CryptoKey) {
      const raw = await crypto.subtle.exportKey('raw', value).catch(() => null)
      return raw ? put('a key that can be taken out', new Uint8Array(raw)) : put(place, text('a key'))
    }
    if (value instanceof ArrayBuffer) return put(place, new Uint8Array(value))
    if (ArrayBuffer.isView(value)) return put(place, new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    if (value instanceof Blob) return put(place, new Uint8Array(await value.arrayBuffer()))
    for (const [name, each] of value instanceof Map ? value : Object.entries(value)) {
      put(place, text(name))
      await walk(place, each, seen)
    }
  }
  const answer = asked => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
  for (const { name } of await indexedDB.databases()) {
    put('database', text(name))
    const db = await answer(indexedDB.open(name))
    for (const store of db.objectStoreNames) {
      const on = () => db.transaction(store).objectStore(store)
      for (const key of await answer(on().getAllKeys())) await walk(`${name}/${store}`, key)
      for (const value of await answer(on().getAll())) await walk(`${name}/${store}`, value)
    }
    db.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      put('cache', text(request.url))
      put('cache', new Uint8Array(await (await cache.match(request)).arrayBuffer()))
    }
  }
  for (const [place, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]]) {
    for (let at = 0; at < storage.length; at++) await walk(place, [storage.key(at), storage.getItem(storage.key(at))])
  }
  const folder = async (place, handle) => {
    for await (const [name, each] of handle.entries()) {
      put(place, text(name))
      if (each.kind === 'directory') await folder(place, each)
      else await walk(place, await each.getFile())
    }
  }
  await folder('files', await navigator.storage.getDirectory())
  const base64 = bytes => {
    let binary = ''
    for (const byte of bytes) binary += String.fromCharCode(byte)
    return btoa(binary)
  }
  return Object.fromEntries(Object.entries(found).map(([place, all]) => [place, all.map(base64)]))
}"""
COUNT = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open('shopalert-kept')
  asked.onupgradeneeded = () => asked.transaction.abort()
  asked.onerror = event => { event.preventDefault(); resolve(0) }
  asked.onsuccess = () => {
    const db = asked.result
    if (!db.objectStoreNames.contains('labels')) { db.close(); return resolve(0) }
    const all = db.transaction('labels').objectStore('labels').count()
    all.onsuccess = () => { db.close(); resolve(all.result) }
  }
})"""
# The page's own modules, asked for what they would show here.
READS = """async path => {
  const release = document.querySelector('script[type=module]').src.replace('app.js', '')
  const { Kept } = await import(release + 'kept/kept.js')
  const kept = await Kept.open()
  if (!kept) return null
  const copy = await kept.read(path)
  kept.close()
  return copy && copy.incidents.length
}"""


def stored(page: Page) -> dict[str, bytes]:
    """All that is stored, by place; pieces stand apart from each other."""
    found: dict[str, list[str]] = page.evaluate(DUMP)
    return {place: b"\n".join(base64.b64decode(each) for each in all_) for place, all_ in found.items()}


def places_with(page: Page, words: str) -> list[str]:
    """Where these words stand in clear, however letters are written."""
    spellings = [
        words.encode(),
        words.encode("utf-16-le"),
        words.encode("utf-16-be"),
        base64.b64encode(words.encode()),
    ]
    return [place for place, held in stored(page).items() if any(each in held for each in spellings)]


def kept_things(page: Page) -> dict[str, bytes]:
    """What is in the strongbox; empty where there is none."""
    return {place: held for place, held in stored(page).items() if place.startswith("shopalert-kept/")}


def kept(page: Page) -> int:
    """How many pages the phone keeps."""
    found: int = page.evaluate(COUNT)
    return found


def incidents_read(page: Page, path: str) -> int | None:
    """Of how many incidents the kept copy of this address tells; None where there is none to be read."""
    found: int | None = page.evaluate(READS, path)
    return found


PLANT: dict[str, Any] = {
    "database": """words => new Promise(resolve => {
      const asked = indexedDB.open('planted', 1)
      asked.onupgradeneeded = () => asked.result.createObjectStore('store')
      asked.onsuccess = () => {
        const put = asked.result.transaction('store', 'readwrite')
        const wide = new Uint16Array(Array.from(words, letter => letter.charCodeAt(0)))
        put.objectStore('store').put({ deep: [{ words }, wide] }, 'key')
        put.oncomplete = () => { asked.result.close(); resolve() }
      }
    })""",
    "cache": "async words => (await caches.open('planted')).put('/planted', new Response(words))",
    "file": """async words => {
      const root = await navigator.storage.getDirectory()
      const file = await (await root.getFileHandle('planted', { create: true })).createWritable()
      await file.write(words)
      await file.close()
    }""",
    "localStorage": "words => localStorage.setItem('planted', words)",
    "sessionStorage": "words => sessionStorage.setItem('planted', words)",
}
