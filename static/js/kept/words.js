// How old a copy is, and how much there is, in words.
import { word } from '../words.js'

const MINUTE = 60 * 1000
const HOUR = 60 * MINUTE

export function readAgo (age) {
  if (age < MINUTE) return word('Read just now')
  if (age < HOUR) return word('Read {n} min ago', { n: Math.floor(age / MINUTE) })
  return word('Read {n} h ago', { n: Math.floor(age / HOUR) })
}

export function goesWithin (lasts) {
  return lasts <= HOUR ? word('1 hour') : word('{n} hours', { n: Math.ceil(lasts / HOUR) })
}

export function picturesLeftOut (n) {
  return n === 1 ? word('1 picture, not kept on this device') : word('{n} pictures, not kept on this device', { n })
}

export const kilobytes = bytes => word('{n} kB', { n: Math.max(1, Math.round(bytes / 1024)) })
