// <sa-chat> The conversation on an incident: sends without leaving the page, keeps the text when that fails, follows the
// newest line while the end is being read, and marks one's own lines (the lines themselves are the same for everybody).
import { add, place } from '../live/show.js'
import { me } from '../page.js'
import { pressed, say, send } from '../send.js'
import { uuid } from '../uuid.js'

const AT_THE_END = 80

export class SaChat extends HTMLElement {
  connectedCallback () {
    this.submitted = event => { event.preventDefault(); this.take(event.target, pressed(event)) }
    this.placed = event => this.came(event.target, event.detail)
    this.arrive = event => this.follow(event)
    this.typed = event => this.grow(event.target)
    this.keys = event => this.enter(event)
    this.addEventListener('submit', this.submitted)
    this.addEventListener('live:placed', this.placed)
    this.addEventListener('live:arrive', this.arrive)
    this.addEventListener('input', this.typed)
    this.addEventListener('keydown', this.keys)
    this.mark(this)
  }

  disconnectedCallback () {
    for (const [name, handler] of [['submit', this.submitted], ['live:placed', this.placed], ['live:arrive', this.arrive], ['input', this.typed], ['keydown', this.keys]]) {
      this.removeEventListener(name, handler)
    }
  }

  mark (scope) {
    for (const line of [scope, ...scope.querySelectorAll('[data-by]')]) {
      if (line.dataset.by && line.dataset.by === me()) line.dataset.mine = ''
    }
  }

  async take (form, button) {
    if (this.sending) return
    this.sending = true
    form.setAttribute('aria-busy', 'true')
    say(form)
    await Promise.all([...form.querySelectorAll('sa-photos')].map(photos => photos.settled()))
    const answer = await send(form, button)
    this.sending = false
    form.removeAttribute('aria-busy')
    if (answer.gone && new URL(answer.gone, location.href).pathname !== location.pathname) return location.assign(answer.gone)
    if (answer.gone) this.done(form)
    else if (!answer.html) say(form, answer)
    else if (answer.status < 300) { this.done(form); this.put(answer.html) } else this.complain(form, answer.html)
  }

  // The line itself comes in the answer, or by the stream, or both: it has one id, so it stands here once.
  put (html) {
    this.toTheEnd = true
    for (const root of place(html)) if (root.isConnected) root.scrollIntoView({ block: 'nearest' })
    this.toTheEnd = false
  }

  done (form) {
    const words = form.querySelector('textarea')
    form.reset()
    for (const photos of form.querySelectorAll('sa-photos')) photos.clear()
    const key = form.querySelector('input[name=client_id]')
    if (key) key.value = uuid()
    if (words) { this.grow(words); words.focus({ preventScroll: true }) }
  }

  complain (form, html) {
    const holder = document.createElement('template')
    holder.innerHTML = html
    const found = holder.content.querySelector('[role=alert], [data-error], .error')
    say(form, { words: (found || holder.content).textContent.replace(/\s+/g, ' ').trim() })
  }

  follow (event) {
    const { root } = event.detail
    const near = this.nearTheEnd(event.target)
    event.preventDefault()
    add(event.target, root)
    if (near && !this.toTheEnd) root.scrollIntoView({ block: 'nearest' })
  }

  nearTheEnd (list) { return list.getBoundingClientRect().bottom < window.innerHeight + AT_THE_END }

  came (line) { this.mark(line) }

  grow (field) {
    if (field.localName !== 'textarea') return
    field.style.height = 'auto'
    field.style.height = field.scrollHeight + 2 + 'px'
  }

  // Enter sends at a desk, as in every messenger; on a phone it makes a new line.
  enter (event) {
    const desk = matchMedia('(pointer: fine)').matches
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !desk || event.target.localName !== 'textarea') return
    event.preventDefault()
    const button = event.target.form.querySelector('button[type=submit], button:not([type])')
    if (button && event.target.value.trim()) button.click()
  }
}
