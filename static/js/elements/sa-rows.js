// <sa-rows> around rows of one kind (persons, vehicles, goods): another row and a row less without asking the server.
// The empty row is the server's own, in a <template>; NUMBER and ORDINAL in it are where its numbers go.
export class SaRows extends HTMLElement {
  connectedCallback () {
    this.pressed = event => {
      const add = event.target.closest('[data-add]')
      const drop = event.target.closest('[data-drop]')
      if (!add && !drop) return
      event.preventDefault()
      if (add) this.add()
      else this.drop(drop.closest('[data-row]'))
      this.dispatchEvent(new Event('change', { bubbles: true }))
    }
    this.addEventListener('click', this.pressed)
    this.settle()
  }

  disconnectedCallback () { this.removeEventListener('click', this.pressed) }

  get rows () { return [...this.querySelectorAll('[data-row]')] }

  // One past the highest number of any row: numbers of rows that were taken out are not given again.
  next () {
    const kind = this.dataset.kind
    const numbers = [...this.querySelectorAll(`[name^="${kind}-"]`)].map(each => parseInt(each.name.slice(kind.length + 1), 10))
    return Math.max(-1, ...numbers.filter(number => number >= 0)) + 1
  }

  add () {
    const holder = document.createElement('template')
    holder.innerHTML = this.querySelector('template').innerHTML
      .replace(/NUMBER/g, this.next()).replace(/ORDINAL/g, this.rows.length + 1)
    const row = holder.content.firstElementChild
    this.querySelector('[data-rows]').append(row)
    this.settle()
    row.querySelector('input, select').focus()
  }

  drop (row) {
    const only = this.rows.length === 1
    row.remove()
    if (only) this.add()
    this.settle()
    this.querySelector('[data-add]').focus()
  }

  settle () { this.querySelector('[data-add]').hidden = this.rows.length >= Number(this.dataset.most) }
}
