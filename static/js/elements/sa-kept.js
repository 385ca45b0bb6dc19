// <sa-kept> The list of what this phone keeps: how much, how old, for how long, and the button that forgets it all. Its parts are
// in the page already, each with data-when="<states>".
import { possible, whyNot } from '../kept/arrival.js'
import { Kept } from '../kept/kept.js'
import { goesWithin, kilobytes, readAgo } from '../kept/words.js'
import { tell } from '../page.js'
import { word } from '../words.js'

const LOOK_EVERY = 30 * 1000

export class SaKept extends HTMLElement {
  connectedCallback () {
    this.look = () => this.fill().catch(() => this.show('unsupported'))
    this.clicked = event => { if (event.target.closest('[data-forget]')) this.forget() }
    this.addEventListener('click', this.clicked)
    document.addEventListener('kept:changed', this.look)
    this.timer = setInterval(this.look, LOOK_EVERY)
    this.look()
  }

  disconnectedCallback () {
    clearInterval(this.timer)
    document.removeEventListener('kept:changed', this.look)
    this.removeEventListener('click', this.clicked)
  }

  async fill () {
    if (!possible()) return this.show('unsupported')
    const kept = await Kept.open()
    if (!kept) return this.show(whyNot() === 'unsupported' ? 'unsupported' : 'empty')
    const labels = await kept.labels()
    kept.close()
    this.list.textContent = ''
    for (const label of labels) this.list.append(this.item(label, kept.age(label.at)))
    this.say('sum', this.sum(labels))
    this.say('lasts', goesWithin(kept.lasts))
    this.show(labels.length ? 'some' : 'empty')
  }

  item (label, age) {
    const item = this.querySelector('template').content.cloneNode(true)
    const link = item.querySelector('a')
    link.href = label.path
    if (label.path === location.pathname) link.setAttribute('aria-current', 'page')
    item.querySelector('[data-name]').textContent = label.title
    item.querySelector('[data-under]').textContent = [label.under, readAgo(age)].filter(Boolean).join(' · ')
    for (const mark of item.querySelectorAll('[data-kind]')) mark.toggleAttribute('hidden', mark.dataset.kind !== label.kind)
    return item
  }

  sum (labels) {
    const bytes = labels.reduce((all, { size }) => all + size, 0)
    const pages = labels.length === 1 ? word('1 page') : word('{n} pages', { n: labels.length })
    return pages + ', ' + kilobytes(bytes)
  }

  async forget () {
    await Kept.forget()
    this.show('forgotten')
    const told = this.querySelector('[data-when="forgotten"]')
    if (told) told.focus()
    tell('kept:forgotten', null, this)
  }

  show (state) {
    if (this.dataset.state === 'forgotten' && state === 'empty') return
    this.dataset.state = state
    const true_ = [state, whyNot()]
    for (const part of this.querySelectorAll('[data-when]')) part.hidden = !part.dataset.when.split(' ').some(each => true_.includes(each))
  }

  say (name, words) {
    for (const place of this.querySelectorAll(`[data-${name}]`)) place.textContent = words
  }

  get list () { return this.querySelector('[data-list]') }
}
