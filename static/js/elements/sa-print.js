// <sa-print> around a button that the browser's own menu makes needless: it appears where a script can print.
export class SaPrint extends HTMLElement {
  connectedCallback () {
    const button = this.querySelector('button')
    button.hidden = false
    button.onclick = () => window.print()
  }
}
