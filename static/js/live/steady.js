// Changes a list so that nothing jumps: what moved because of the change glides from where it was to where it belongs.
// A transform is no layout shift, so the page stays at 0 however many cards arrive.
const GLIDE = 220
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')

export function steadily (list, change) {
  const height = window.innerHeight
  const seen = element => { const box = element.getBoundingClientRect(); return box.bottom > -height && box.top < 2 * height && box }
  const before = new Map()
  for (const element of followers(list)) { const box = seen(element); if (box) before.set(element, box.top) }
  change()
  for (const [element, top] of before) {
    if (!element.isConnected || !element.animate) continue
    const moved = top - element.getBoundingClientRect().top
    if (Math.abs(moved) < 1) continue
    element.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }],
      { duration: calm.matches ? 1 : GLIDE, easing: 'ease-out' })
  }
}

// What a change in the list can move: its own children, and what stands after it and after those that hold it.
function followers (list) {
  const found = [...list.children]
  for (let node = list; node && node !== document.body && node.localName !== 'main'; node = node.parentElement) {
    for (let next = node.nextElementSibling; next; next = next.nextElementSibling) found.push(next)
  }
  return found
}
