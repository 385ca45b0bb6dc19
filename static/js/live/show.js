// Puts what arrived on the page: replaces the element of that id, or inserts it where its root says (data-into, data-at).
import { tell } from '../page.js'
import { steadily } from './steady.js'

// One message: a fragment, or a record as JSON. Elements that care hear live:change with the id that it was about.
export function deliver ({ event, data }) {
  const record = () => typeof data === 'string' ? JSON.parse(data) : data
  if (event === 'counts') {
    count(record(), id => document.getElementById(id))
    tell('live:counts', record())
  } else if (event === 'toast') {
    tell('live:toast', record())
  } else if (event === 'gone') {
    remove(record().id)
    tell('live:gone', record())
  } else {
    for (const root of place(data)) {
      tell('live:' + event, { id: root.id, root })
      tell('live:change', { id: root.id, about: root.dataset.about, root })
    }
  }
}

function place (html) {
  const holder = document.createElement('template')
  holder.innerHTML = html
  return [...holder.content.children].map(root => {
    const old = root.id && document.getElementById(root.id)
    if (old) replace(old, root)
    else insert(root)
    return root
  })
}

function replace (old, root) {
  const focus = old.contains(document.activeElement) && trace(document.activeElement)
  steadily(old.parentElement, () => old.replaceWith(root))
  arrived(root, true)
  const again = focus && [...root.querySelectorAll(focus)][0]
  if (again) again.focus({ preventScroll: true })
}

function insert (root) {
  const into = root.dataset.into && document.getElementById(root.dataset.into)
  if (!into) return
  // A list may have its own mind: sa-feed holds cards back while somebody reads further down.
  const free = into.dispatchEvent(new CustomEvent('live:arrive', { bubbles: true, cancelable: true, detail: { root } }))
  if (free) add(into, root)
}

export function add (into, root, before = root.dataset.at === 'start' ? into.firstElementChild : null) {
  steadily(into, () => into.insertBefore(root, before))
  arrived(root, false)
}

function remove (id) {
  const element = document.getElementById(id)
  if (element) steadily(element.parentElement, () => element.remove())
}

// {"incident-<id>": {"replies": 5}} fills [data-count="replies"] inside that element; nought hides it.
export function count (counts, find) {
  for (const [id, figures] of Object.entries(counts)) {
    const element = find(id)
    for (const [name, figure] of Object.entries(element ? figures : {})) {
      for (const place of element.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) {
        place.textContent = figure
        const holder = place.closest('[data-hide-at-0]')
        if (holder) holder.hidden = !figure
      }
    }
  }
}

function arrived (root, replaced) {
  if (window.htmx) window.htmx.process(root)
  root.dispatchEvent(new CustomEvent('live:placed', { bubbles: true, detail: { replaced } }))
}

// How to find the focused thing again in a fragment rendered anew.
function trace (element) {
  if (element.id) return '#' + CSS.escape(element.id)
  const href = element.getAttribute('href')
  return href ? `[href="${CSS.escape(href)}"]` : element.localName
}
