// One file on its way, as its sender sees it: its name, how far it is, and what became of it.
import { button, make } from '../make.js'
import { word } from '../words.js'

const NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })
const megabytes = bytes => NUMBER.format(bytes / 1e6)

export function row (element, name) {
  element.className = 'sending sending--going'
  element.textContent = ''
  const called = make('span', 'sending__name', name)
  const state = make('span', 'sending__state', word('Getting ready'))
  state.setAttribute('role', 'status')
  const bar = make('progress')
  bar.setAttribute('aria-label', word('Sending {name}', { name }))
  element.append(icon(), called, state, bar)

  function end (kind, words) {
    element.className = 'sending sending--' + kind
    bar.remove()
    state.textContent = words
  }
  return {
    progress (sent, all) {
      bar.max = all
      bar.value = sent
      state.textContent = sent < all ? word('{done} of {all} MB', { done: megabytes(sent), all: megabytes(all) }) : word('Checking what arrived')
    },
    remove () { element.remove() },
    wait () { state.textContent = word('Waiting for a connection. It goes on by itself.') },
    fail (words) { end('bad', words) },
    done (id) {
      if (!id) return
      end('ok', word('Here, and goes with what you send.'))
      const keep = make('label', 'photo__keep')
      const tick = make('input')
      Object.assign(tick, { type: 'checkbox', name: 'staged', value: id, checked: true })
      keep.append(tick, ' ' + word('Send'))
      const taken = element.querySelector('.button')
      if (taken) taken.replaceWith(keep)
      else element.append(keep)
    },
    button (words, act) {
      const made = button(words, act)
      const before = element.querySelector('.button')
      if (before) before.replaceWith(made)
      else element.append(made)
    }
  }
}

// The sprite's address is known to the page alone: one of its icons is copied.
function icon () {
  const shown = document.querySelector('sa-upload .clips__add .icon')
  return shown ? shown.cloneNode(true) : ''
}
