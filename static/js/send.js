// Sends a form without leaving the page, so that a failed send loses nothing. The answer is one of
//   { gone: url }        done, look there      { html, status }   the server's fragment: done (2xx) or needs correction
//   { words }            not sent, and why in words a person can act on
import { me, renew, session, sessionOver, token } from './page.js'
import { word } from './words.js'

const PATIENCE = 60000
const WITH_WORDS = [400, 409, 413, 415, 422, 429, 503, 507]

export async function send (form, submitter, again = true) {
  const body = new FormData(form)
  if (submitter && submitter.name) body.append(submitter.name, submitter.value)
  const action = (submitter && submitter.getAttribute('formaction')) || form.getAttribute('action') || location.pathname
  let response
  let html
  try {
    response = await post(action, body)
    html = await response.text()
  } catch (error) {
    return { words: word('Not sent. Try again') }
  }
  const target = response.headers.get('HX-Redirect')
  // Signed out meanwhile: the text stays here, the door is opened beside it.
  if (response.status === 401) {
    sessionOver()
    return { words: word('You have been signed out. Sign in again in another tab, then send.'), link: '/sign-in' }
  }
  if (response.status === 403 && again && await renewed()) return send(form, submitter, false)
  if (target) return { gone: target }
  if (response.redirected) return { gone: response.url }
  if (response.ok || WITH_WORDS.includes(response.status)) return { html, status: response.status }
  return { words: word(response.status === 403 ? 'Your role can’t do this.' : 'Not sent. Try again') }
}

async function post (action, body) {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), PATIENCE)
  const headers = { 'HX-Request': 'true', Accept: 'text/html', 'X-CSRFToken': token() }
  try {
    return await fetch(action, { method: 'POST', body, headers, signal: limit.signal })
  } finally {
    clearTimeout(timer)
  }
}

// A form that was open for long has an old token; it gets a new one if the same person is still signed in.
async function renewed () {
  try {
    const known = await session()
    if (!known || known.me !== me() || known.csrf_token === token()) return false
    renew(known.csrf_token)
    return true
  } catch (error) {
    return false
  }
}

// The button that was pressed: `submitter` is younger than the oldest browser.
export function pressed (event) {
  if (event.submitter) return event.submitter
  const focused = document.activeElement
  return focused && focused.form === event.target && focused.type === 'submit' ? focused : null
}

// The one place of a form where a failed send is told; screen readers hear it.
export function say (form, { words, link } = { words: '' }) {
  let line = form.querySelector('[data-send-state]')
  if (!line && !words) return
  if (!line) {
    line = document.createElement('p')
    line.dataset.sendState = ''
    line.className = 'send-state'
    line.setAttribute('role', 'alert')
    form.append(line)
  }
  line.hidden = !words
  line.textContent = words
  if (!link) return
  const door = document.createElement('a')
  door.href = link
  door.target = '_blank'
  door.rel = 'noopener'
  door.textContent = word('Sign in')
  line.append(' ', door)
}

// What the server could not take comes back as the same form, with everything typed and the errors beside their fields.
export function putForm (form, { html }) {
  const holder = document.createElement('template')
  holder.innerHTML = html
  const fresh = holder.content.querySelector('form')
  if (!fresh) {
    // Only our own words: what a proxy in between writes is for nobody at a till.
    const told = holder.content.querySelector('[data-error]')
    return say(form, { words: told ? told.textContent.replace(/\s+/g, ' ').trim() : word('Not sent. Try again') })
  }
  const parent = form.parentElement
  form.replaceWith(fresh)
  if (window.htmx) window.htmx.process(fresh)
  const first = parent.querySelector('[data-error-summary], [aria-invalid=true]')
  if (first) first.focus()
}
