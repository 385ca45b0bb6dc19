// Elements with their class and their words.
import { word } from './words.js'

export function make (name, classes = '', text = '') {
  const element = document.createElement(name)
  if (classes) element.className = classes
  if (text) element.textContent = text
  return element
}

export function button (words, act) {
  const made = make('button', 'button button--quiet', word(words))
  made.type = 'button'
  made.onclick = act
  return made
}
