// <sa-seen> around the form that the "Seen here" buttons of a page send, each to its own incident: one tap, and the button
// says that it was taken. The list stays where it is.
import { tell } from '../page.js'
import { pressed, say, send } from '../send.js'
import { uuid } from '../uuid.js'
import { word } from '../words.js'

const SHOWN = 6000

export class SaSeen extends HTMLElement {
  connectedCallback () {
    this.submitted = event => { if (this.contains(event.target)) this.take(event, pressed(event)) }
    // The buttons stand in the cards, outside: the form's event passes here on its way up.
    this.addEventListener('submit', this.submitted)
  }

  disconnectedCallback () { this.removeEventListener('submit', this.submitted) }

  async take (event, button) {
    if (!button) return
    event.preventDefault()
    if (button.getAttribute('aria-busy')) return
    const form = event.target
    form.querySelector('input[name=client_id]').value = button.dataset.key = button.dataset.key || uuid()
    button.setAttribute('aria-busy', 'true')
    const answer = await send(form, button)
    button.removeAttribute('aria-busy')
    if (answer.gone) this.taken(button)
    else say(button.parentElement, answer.words ? answer : { words: word('Not sent. Try again') })
  }

  taken (button) {
    say(button.parentElement)
    const words = [...button.childNodes]
    button.textContent = word('Sent: seen here')
    button.dataset.sent = ''
    delete button.dataset.key
    setTimeout(() => { button.textContent = ''; button.append(...words); delete button.dataset.sent }, SHOWN)
    tell('live:wanted')
  }
}
