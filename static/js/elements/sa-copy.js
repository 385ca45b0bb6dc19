// <sa-copy> around a text and a button: puts the text onto the clipboard and says so. The button appears where a script
// can copy; without it the text is selected by hand.
export class SaCopy extends HTMLElement {
  connectedCallback () {
    const button = this.querySelector('button')
    button.hidden = false
    button.onclick = () => this.copy()
  }

  async copy () {
    const text = this.querySelector('textarea')
    const done = await this.write(text)
    this.querySelector('[role=status]').textContent = done ? this.dataset.done : this.dataset.failed
  }

  // Where the page is not secure, or the browser asks and is refused, the old way may still go.
  async write (text) {
    try {
      await navigator.clipboard.writeText(text.value)
      return true
    } catch (refused) {
      text.focus()
      text.select()
      return document.execCommand('copy')
    }
  }
}
