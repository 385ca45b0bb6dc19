// <sa-photos> around file inputs of a form. Each photo goes to the server as soon as it is chosen (the form's
// data-stage-url), with its progress; the server's fragment takes its place and names it in the form.
import { token } from '../page.js'
import { word } from '../words.js'

export class SaPhotos extends HTMLElement {
  connectedCallback () {
    this.going = new Set()
    this.chosen = event => { if (event.target.type === 'file') this.take(event.target) }
    this.clicked = event => this.press(event)
    this.addEventListener('change', this.chosen)
    this.addEventListener('click', this.clicked)
  }

  disconnectedCallback () {
    this.removeEventListener('change', this.chosen)
    this.removeEventListener('click', this.clicked)
  }

  get url () { const form = this.closest('form'); return form && form.dataset.stageUrl }

  get list () {
    let list = this.querySelector('[data-staged]')
    if (!list) {
      list = document.createElement('div')
      list.dataset.staged = ''
      this.append(list)
    }
    return list
  }

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
    const tile = document.createElement('figure')
    tile.className = 'staged is-going'
    const picture = document.createElement('img')
    picture.alt = ''
    picture.src = URL.createObjectURL(file)
    picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src)
    const bar = document.createElement('progress')
    bar.max = 100
    bar.value = 0
    bar.setAttribute('aria-label', word('Sending {name}', { name: file.name }))
    tile.append(picture, bar)
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
    tile.className = 'staged is-failed'
    tile.querySelector('progress').remove()
    const holder = document.createElement('template')
    holder.innerHTML = request.status >= 400 && request.status < 500 ? request.responseText : ''
    const words = document.createElement('figcaption')
    words.setAttribute('role', 'alert')
    words.textContent = holder.content.textContent.replace(/\s+/g, ' ').trim() || word('Not sent. Try again')
    tile.append(words)
    if (!holder.innerHTML) tile.append(this.button('Try again', () => { tile.remove(); this.stage(file) }))
    tile.append(this.button('Remove', () => tile.remove()))
  }

  button (words, act) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = word(words)
    button.onclick = act
    return button
  }

  // The server's fragment has a [data-remove] button: without it in the form the photo is not part of the report.
  press (event) {
    const button = event.target.closest('[data-remove]')
    if (!button) return
    event.preventDefault()
    button.closest('[data-photo], figure, li').remove()
  }
}
