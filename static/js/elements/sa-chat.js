// <sa-chat> The conversation on an incident: sends without leaving the page, keeps the text when that fails, follows the
// newest line while the end is being read, and marks one's own lines.
import { choose, quote } from '../composer.js'
import { add } from '../live/show.js'
import { markMine, tell } from '../page.js'
import { pressed, putForm, say, send } from '../send.js'
import { uuid } from '../uuid.js'
import { word } from '../words.js'

const AT_THE_END = 120

export class SaChat extends HTMLElement {
  connectedCallback () {
    this.handlers = {
      submit: event => {
        if (!event.target.matches('.say')) return // to follow or to mute it is no message
        event.preventDefault()
        this.take(event.target, pressed(event))
      },
      click: event => choose(this, event),
      'live:arrive': event => this.follow(event),
      'live:placed': event => markMine(event.target),
      input: event => this.grow(event.target),
      keydown: event => this.enter(event)
    }
    for (const [name, handler] of Object.entries(this.handlers)) this.addEventListener(name, handler)
    markMine(this)
  }

  disconnectedCallback () {
    for (const [name, handler] of Object.entries(this.handlers)) this.removeEventListener(name, handler)
  }

  async take (form, button) {
    if (this.sending) return
    this.sending = true
    form.setAttribute('aria-busy', 'true')
    say(form)
    const photos = [...form.querySelectorAll('sa-photos, sa-upload')]
    await Promise.all(photos.map(each => each.settled()))
    const answer = photos.some(each => each.failed) ? { words: word('A clip was not sent. Try again, or remove it.') } : await send(form, button)
    this.sending = false
    form.removeAttribute('aria-busy')
    if (answer.gone) this.sent(form, photos, new URL(answer.gone, location.href))
    else if (answer.html) putForm(form, answer)
    else say(form, answer)
  }

  // The line itself comes as it comes to everybody: by the stream.
  sent (form, photos, url) {
    if (url.pathname !== location.pathname && !url.hash) return location.assign(url)
    const words = form.querySelector('textarea')
    form.reset()
    quote(this, null)
    for (const each of photos) each.clear()
    const key = form.querySelector('input[name=client_id]')
    if (key) key.value = uuid()
    this.mine = url.hash.slice(1)
    if (words) { this.grow(words); words.focus({ preventScroll: true }) }
    tell('live:wanted')
  }

  // `Reply` under a line puts it above the words, without leaving the page; `Leave the quote out` takes it away.
  choose (event) {
    const reply = event.target.closest('[data-quote]')
    const leave = event.target.closest('[data-unquote]')
    if (!(reply || leave) || !this.querySelector('[data-quoting]') || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    this.quote(reply && reply.closest('.line'))
    this.querySelector('textarea').focus()
  }

  quote (line) {
    const place = this.querySelector('[data-quoting]')
    if (!place) return
    const said = line && (line.querySelector('.line__text') || line.querySelector('.line__who b'))
    place.hidden = !line
    place.querySelector('[data-quotes]').value = line ? line.id.replace('comment-', '') : ''
    place.querySelector('[data-quoting-who]').textContent = line ? line.querySelector('.line__who b').textContent : ''
    place.querySelector('[data-quoting-text]').textContent = line ? said.textContent.slice(0, 90) : ''
    const only = line && [...this.querySelectorAll('[name=audience]')].find(each => each.value === line.dataset.audience)
    if (only && only.value !== 'members') only.checked = true
  }

  follow (event) {
    const { root } = event.detail
    const near = root.id === this.mine || this.nearTheEnd(event.target)
    event.preventDefault()
    add(event.target, root)
    if (near) root.scrollIntoView({ block: 'nearest' })
  }

  // At a desk the lines scroll in a box of their own, on a phone with the page.
  nearTheEnd (list) {
    const bottom = Math.min(innerHeight, list.closest('.chat__scroll').getBoundingClientRect().bottom)
    return list.getBoundingClientRect().bottom < bottom + AT_THE_END
  }

  grow (field) {
    if (field.localName !== 'textarea') return
    field.style.height = 'auto'
    field.style.height = field.scrollHeight + 2 + 'px'
  }

  // Enter sends at a desk, as in every messenger; on a phone it makes a new line.
  enter (event) {
    const field = event.target
    const line = event.shiftKey || event.isComposing || !matchMedia('(pointer: fine)').matches
    if (event.key !== 'Enter' || line || field.localName !== 'textarea') return
    event.preventDefault()
    const button = field.form.querySelector('[type=submit], button:not([type])')
    if (button && field.value.trim()) button.click()
  }
}
