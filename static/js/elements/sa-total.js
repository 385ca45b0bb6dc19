// <sa-total> around lines of goods: the running total as it is typed. The server adds up again and has the last word.
export class SaTotal extends HTMLElement {
  connectedCallback () {
    this.changed = () => this.add()
    this.addEventListener('input', this.changed)
    this.addEventListener('change', this.changed)
    this.add()
  }

  disconnectedCallback () {
    this.removeEventListener('input', this.changed)
    this.removeEventListener('change', this.changed)
  }

  add () {
    let all = 0
    let back = 0
    for (const row of this.querySelectorAll('[data-row]')) {
      const of = end => row.querySelector(`[name$="${end}"]`)
      const value = pence(of('-each').value) * count(of('-count').value)
      all += value
      if (of('-recovered').checked) back += value
    }
    const returned = this.querySelector('[data-back]')
    this.querySelector('[data-total]').textContent = money(all)
    returned.querySelector('b').textContent = money(back)
    returned.hidden = !back
    this.dataset.pence = all
  }
}

function pence (typed) {
  const plain = typed.replace(/[£,\s]/g, '')
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0
}

function count (typed) { return /^\d{1,6}$/.test(typed.trim()) ? parseInt(typed, 10) : 1 }

function money (amount) {
  const pounds = Math.floor(amount / 100)
  const rest = amount % 100
  return '£' + pounds.toLocaleString('en-GB') + (rest ? '.' + String(rest).padStart(2, '0') : '')
}
