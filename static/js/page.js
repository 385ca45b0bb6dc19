// What more than one element asks of the page it stands on.

export const me = () => document.body.dataset.me || ''

// What this person wrote themselves: the pieces are the same for everybody, so it is marked here.
export function markMine (scope) {
  for (const piece of [scope, ...scope.querySelectorAll('[data-by]')]) {
    if (piece.dataset.by && piece.dataset.by === me()) piece.dataset.mine = ''
  }
}

// What somebody typed, chose or photographed and nobody has: not to be lost by a reload that they did not ask for.
export function unsent () {
  const fields = document.querySelectorAll('textarea, form[method=post] input, form[method=post] select')
  return [...fields].some(changed) || Boolean(document.querySelector('input[name=staged]:checked, .photo--staged, .sending--going, form[aria-busy]'))
}

function changed (field) {
  if (/^(hidden|submit|search)$/.test(field.type)) return false
  if (/^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked
  if (field.localName !== 'select') return field.value !== field.defaultValue
  const at = [...field.options].findIndex(option => option.defaultSelected)
  return field.selectedIndex !== Math.max(0, at)
}

export function token () {
  try {
    const held = JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken']
    if (held) return held
  } catch (error) { /* no headers on this page: the form's own field has it */ }
  const field = document.querySelector('input[name=csrf_token]')
  return field ? field.value : ''
}

// The session as the server knows it: null when nobody is signed in. Throws where the server cannot be reached.
export async function session () {
  const response = await fetch('/session', { headers: { Accept: 'application/json' }, cache: 'no-store' })
  return response.ok ? response.json() : null
}

// A new token goes into every form that was there before.
export function renew (fresh) {
  for (const field of document.querySelectorAll('input[name=csrf_token]')) field.value = fresh
  const held = document.body.getAttribute('hx-headers')
  if (held) document.body.setAttribute('hx-headers', JSON.stringify({ 'X-CSRFToken': fresh }))
}

// The server no longer knows this session: whoever holds something of this person's lets go of it.
export const sessionOver = () => tell('session:over')

export function signIn () {
  sessionOver()
  location.assign('/sign-in?next=' + encodeURIComponent(location.pathname + location.search))
}

export const tell = (name, detail, from = document) => from.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }))
