// Changes a list so that nothing jumps: what moved because of the change glides from where it was to where it belongs.
// A transform is no layout shift, so the page stays at 0 however many cards arrive.
const GLIDE = 280
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')
const gliding = new WeakMap()

export function steadily (list, change) {
  const height = window.innerHeight
  const before = new Map()
  for (const element of followers(list)) {
    const box = element.getBoundingClientRect()
    if (element.animate && box.bottom > -height && box.top < 2 * height) before.set(element, box)
  }
  change()
  for (const [element, box] of before) glide(element, box)
}

// Where it is seen now is where it starts from, also in the middle of an earlier glide.
function glide (element, box) {
  const earlier = gliding.get(element)
  if (earlier) earlier.cancel()
  if (!element.isConnected) return
  const now = element.getBoundingClientRect()
  const [across, down] = [box.left - now.left, box.top - now.top]
  if (Math.abs(across) < 0.5 && Math.abs(down) < 0.5) return
  const there = `translate(${across}px, ${down}px)`
  // It stays there until surely painted once: what has moved by the first picture would be a shift after all.
  const steps = [{ transform: there, offset: 0 }, { transform: there, offset: 0.25 }, { transform: 'none', offset: 1 }]
  gliding.set(element, element.animate(steps, { duration: calm.matches ? 50 : GLIDE, easing: 'ease-out' }))
}

// What a change in the list can move: its own children, and what stands after it and after those that hold it.
function followers (list) {
  const found = [...list.children]
  for (let node = list; node && !/^(main|header|body)$/.test(node.localName); node = node.parentElement) {
    for (let next = node.nextElementSibling; next; next = next.nextElementSibling) found.push(next)
  }
  return found
}
