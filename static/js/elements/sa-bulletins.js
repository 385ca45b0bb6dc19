// <sa-bulletins data-scheme data-site data-everywhere> around lists of bulletins: takes only those of its schemes, each once, and of what is
// meant for some premises alone only what is meant for the reader's. A list that was empty shows itself.
export class SaBulletins extends HTMLElement {
  connectedCallback () {
    this.arrive = event => this.take(event)
    this.addEventListener('live:arrive', this.arrive)
  }

  disconnectedCallback () { this.removeEventListener('live:arrive', this.arrive) }

  take (event) {
    const { dataset } = event.detail.root
    if (!this.mine(dataset) || this.has(dataset.publication)) return event.preventDefault()
    for (const part of this.querySelectorAll('[data-empty-until-one]')) {
      if (part.contains(event.target)) part.removeAttribute('data-empty-until-one')
    }
  }

  mine ({ scheme, near }) {
    if (!this.words('scheme').includes(scheme)) return false
    return near === undefined || 'everywhere' in this.dataset || near.split(' ').some(site => site && this.words('site').includes(site))
  }

  // Of what several of these schemes have, one card is enough.
  has (publication) { return Boolean(publication && this.querySelector(`[data-publication="${CSS.escape(publication)}"]`)) }

  words (name) { return (this.dataset[name] || '').split(' ') }
}
