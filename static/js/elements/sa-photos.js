// <sa-photos> around file inputs of a form. Each photo goes to the server as soon as it is chosen (the form's
// data-stage-url), with its progress; the server's fragment takes its place and names it in the form.
import { button, make } from '../make.js'
import { token } from '../page.js'
import { word } from '../words.js'

export class SaPhotos extends HTMLElement {
  connectedCallback () {
    this.going = new Set()
    this.chosen = event => { if (event.target.type === 'file') this.take(event.target) }
    this.submitted = event => this.hold(event)
    this.addEventListener('change', this.chosen)
    this.form = this.closest('form')
    if (this.form) this.form.addEventListener('submit', this.submitted)
  }

  disconnectedCallback () {
    this.removeEventListener('change', this.chosen)
    if (this.form) this.form.removeEventListener('submit', this.submitted)
  }

  // A form that sends itself waits for its photos. Reports and the chat wait by themselves.
  async hold (event) {
    if (event.defaultPrevented || !this.going.size || this.closest('sa-chat, sa-report')) return
    event.preventDefault()
    this.form.setAttribute('aria-busy', 'true')
    await this.settled()
    this.form.removeAttribute('aria-busy')
    this.form.requestSubmit(event.submitter)
  }

  get url () { const form = this.closest('form'); return form && form.dataset.stageUrl }

  get list () { return this.querySelector('[data-staged]') }

  take (input) {
    if (!this.url) return
    for (const file of input.files) this.stage(file)
    input.value = ''
  }

  // Resolves when nothing is on its way any more, whatever became of it.
  settled () { return Promise.all([...this.going]) }

  clear () { this.list.textContent = '' }

  stage (file) {
    const tile = this.tile(file)
    const trip = this.send(file, tile).then(() => this.going.delete(trip))
    this.going.add(trip)
  }

  tile (file) {
    const tile = make('figure', 'photo photo--staged')
    const frame = make('span', 'shot shot--wait')
    const picture = make('img')
    picture.alt = ''
    picture.src = URL.createObjectURL(file)
    picture.onload = () => { frame.className = 'shot'; URL.revokeObjectURL(picture.src) }
    picture.onerror = () => picture.remove() // a kind that this browser cannot show may still be sent
    const bar = make('progress')
    bar.max = 100
    bar.value = 0
    bar.setAttribute('aria-label', word('Sending {name}', { name: file.name }))
    frame.append(picture)
    tile.append(frame, bar)
    this.list.append(tile)
    return tile
  }

  send (file, tile) {
    const body = new FormData()
    body.append('photo', file, file.name)
    const request = new XMLHttpRequest()
    request.open('POST', this.url)
    request.setRequestHeader('HX-Request', 'true')
    request.setRequestHeader('X-CSRFToken', token())
    request.upload.onprogress = event => { if (event.lengthComputable) tile.querySelector('progress').value = 100 * event.loaded / event.total }
    return new Promise(resolve => {
      request.onloadend = () => {
        if (request.status >= 200 && request.status < 300) this.put(request.responseText, tile)
        else this.fail(file, tile, request)
        resolve()
      }
      request.send(body)
    })
  }

  put (html, tile) {
    const holder = document.createElement('template')
    holder.innerHTML = html
    const root = holder.content.firstElementChild
    tile.replaceWith(holder.content)
    if (root && window.htmx) window.htmx.process(root)
  }

  fail (file, tile, request) {
    tile.querySelector('progress').remove()
    tile.firstChild.classList.add('shot--bad')
    const holder = document.createElement('template')
    const refused = request.status >= 400 && request.status < 500
    holder.innerHTML = refused ? request.responseText : ''
    const words = make('p', 'field__error')
    words.setAttribute('role', 'alert')
    const told = holder.content.querySelector('[data-error]') // a proxy's own page is for nobody at a till
    words.textContent = told ? told.textContent.replace(/\s+/g, ' ').trim() : word('Not sent. Try again')
    const caption = make('figcaption')
    caption.append(words)
    if (!refused) caption.append(button('Try again', () => { tile.remove(); this.stage(file) }))
    caption.append(button('Remove', () => tile.remove()))
    tile.append(caption)
  }
}
