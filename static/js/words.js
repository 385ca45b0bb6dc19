// What scripts say comes translated from the page: <template id="words"> holds <data value="English">words</data>.
let table

function read () {
  table = new Map()
  const holder = document.getElementById('words')
  for (const entry of holder ? holder.content.querySelectorAll('data') : []) table.set(entry.value, entry.textContent)
}

export function word (english, values = {}) {
  if (!table) read()
  return (table.get(english) || english).replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole)
}
