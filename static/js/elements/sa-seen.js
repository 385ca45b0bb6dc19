// <sa-seen> around the form that the "Seen here" buttons of a page send, each to its own incident: one tap, and the button
// says that it was taken, also on the card that comes anew because of it. The list stays where it is.
import { tell } from '../page.js'
import { pressed, say, send } from '../send.js'
import { uuid } from '../uuid.js'
import { word } from '../words.js'

const SHOWN = 6000
const BUTTONS = 'button[formaction$="/sightings"], form[action$="/sightings"] [type=submit], button[form=seen]'
const taken = new Map() // address: until when its buttons say so

const address = button => button.getAttribute('formaction') || button.form.getAttribute('action')

export class SaSeen extends HTMLElement {
  connectedCallback () {
    // The buttons may stand outside, in the cards: the form's event passes here on its way up all the same.
    this.submitted = event => this.take(event, pressed(event))
    this.placed = event => this.mark(event.target)
    this.addEventListener('submit', this.submitted)
    document.addEventListener('live:placed', this.placed)
    this.mark(this)
  }

  disconnectedCallback () {
    this.removeEventListener('submit', this.submitted)
    document.removeEventListener('live:placed', this.placed)
  }

  async take (event, button) {
    if (!button) return
    event.preventDefault()
    if (button.getAttribute('aria-busy') || taken.get(address(button)) > Date.now()) return
    const form = event.target
    form.querySelector('input[name=client_id]').value = button.dataset.key = button.dataset.key || uuid()
    button.setAttribute('aria-busy', 'true')
    const answer = await send(form, button)
    button.removeAttribute('aria-busy')
    if (!answer.gone) return say(button.parentElement, answer.words ? answer : { words: word('Not sent. Try again') })
    delete button.dataset.key
    taken.set(address(button), Date.now() + SHOWN)
    say(button.parentElement)
    this.mark(document)
    tell('live:wanted')
  }

  mark (scope) {
    for (const button of scope.querySelectorAll(BUTTONS)) {
      const left = (taken.get(address(button)) || 0) - Date.now()
      if (left <= 0 || 'sent' in button.dataset) continue
      const words = [...button.childNodes]
      button.dataset.sent = ''
      button.textContent = word('Sent: seen here')
      setTimeout(() => { delete button.dataset.sent; button.textContent = ''; button.append(...words) }, left)
    }
  }
}
