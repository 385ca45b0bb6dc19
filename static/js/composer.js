// What a press in a chat puts into the form below it: the line that is answered, or a ready text of the force.
export function choose (chat, event) {
  if (event.metaKey || event.ctrlKey) return
  const field = chat.querySelector('.say textarea')
  const pressed = event.target.closest('[data-quote], [data-unquote], [data-words]')
  if (!field || !pressed) return
  if (pressed.dataset.words) put(field, pressed)
  else if (!quote(chat, 'quote' in pressed.dataset ? pressed.closest('.line') : null)) return
  event.preventDefault()
  field.focus()
}

// Above the words, without leaving the page; no line takes it away. What is for few is answered to the same few.
export function quote (chat, line) {
  const place = chat.querySelector('[data-quoting]')
  if (!place) return false
  const who = line ? line.querySelector('.line__who b').textContent : ''
  const said = line && line.querySelector('.line__text')
  place.hidden = !line
  place.querySelector('[data-quotes]').value = line ? line.id.replace('comment-', '') : ''
  place.querySelector('[data-quoting-who]').textContent = who
  place.querySelector('[data-quoting-text]').textContent = said ? said.textContent.slice(0, 90) : ''
  const only = line && [...chat.querySelectorAll('[name=audience]')].find(each => each.value === line.dataset.audience)
  if (only && only.value !== 'members') only.checked = true
  return true
}

// Behind what stands there.
function put (field, pressed) {
  field.value = [field.value.trim(), pressed.dataset.words].filter(Boolean).join('\n')
  field.dispatchEvent(new Event('input', { bubbles: true }))
  pressed.closest('details').open = false
}
