// <sa-priority> says how pressing a report is while it is written, and why: the same rule as incidents/priority.py, whose
// levels and words stand on the fields themselves (data-level, data-reason).
const HIGH = 50000 // pence

export class SaPriority extends HTMLElement {
  connectedCallback () {
    this.form = this.closest('form')
    this.changed = () => this.say()
    this.form.addEventListener('change', this.changed)
    this.form.addEventListener('input', this.changed)
    this.say()
  }

  disconnectedCallback () {
    this.form.removeEventListener('change', this.changed)
    this.form.removeEventListener('input', this.changed)
  }

  say () {
    const set = [...this.form.querySelectorAll('[data-level]:checked')]
    let level = Math.max(0, ...set.map(each => Number(each.dataset.level)))
    const reasons = new Set(set.map(each => each.dataset.reason))
    if (this.value() >= HIGH) {
      level = Math.max(level, 1)
      reasons.add(this.dataset.high)
    }
    this.dataset.level = level
    this.hidden = !level
    this.querySelector('[data-what]').textContent = level === 2 ? this.dataset.urgent : this.dataset.first
    this.querySelector('[data-why]').textContent = [...reasons].join(', ')
  }

  value () {
    const typed = this.form.elements.value_lost.value.replace(/[£,\s]/g, '')
    if (/^\d{1,9}(\.\d{1,2})?$/.test(typed)) return Math.round(parseFloat(typed) * 100)
    const total = this.form.querySelector('sa-total')
    return total ? Number(total.dataset.pence || 0) : 0
  }
}
