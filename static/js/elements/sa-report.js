// <sa-report> around the form of a report. The form stays until the server has it: without a connection nothing is lost
// and nothing is promised. Sent twice by an impatient thumb it is one report: its client_id stays the same.
import { pressed, putForm, say, send } from '../send.js'

export class SaReport extends HTMLElement {
  connectedCallback () {
    this.submitted = event => { event.preventDefault(); this.take(event.target, pressed(event)) }
    this.addEventListener('submit', this.submitted)
  }

  disconnectedCallback () { this.removeEventListener('submit', this.submitted) }

  async take (form, button) {
    if (this.sending) return
    this.sending = true
    this.busy(form, true)
    say(form)
    // Photos that are still on their way go first; those that failed have said so themselves.
    await Promise.all([...form.querySelectorAll('sa-photos')].map(photos => photos.settled()))
    const answer = await send(form, button)
    this.sending = false
    this.busy(form, false)
    if (answer.gone) return location.assign(answer.gone)
    if (answer.html) putForm(form, answer)
    else say(form, answer)
  }

  busy (form, on) {
    for (const each of [form, ...form.querySelectorAll('[type=submit], button:not([type])')]) {
      if (on) each.setAttribute('aria-busy', 'true')
      else each.removeAttribute('aria-busy')
    }
  }
}
