// Changes a list so that nothing jumps: what moved because of the change glides from where it was to where it belongs.
// A transform is no layout shift, so the page stays at 0 however many cards arrive.
const GLIDE = 280
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')
const gliding = new WeakMap()
const moving = new Set()

// What comes in the middle of a glide would count as a shift, and so would what comes before its end was painted.
export function standsStill () { return !moving.size }

export async function onceStill () {
  while (moving.size) await painted()
}

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
  if (!element.isConnected || document.hidden) return
  const now = element.getBoundingClientRect()
  const [across, down] = [box.left - now.left, box.top - now.top]
  if (Math.abs(across) < 0.5 && Math.abs(down) < 0.5) return
  const steps = [{ transform: `translate(${across}px, ${down}px)` }, { transform: 'none' }]
  const duration = calm.matches ? 50 : GLIDE
  const movement = element.animate(steps, { duration, easing: 'ease-out' })
  movement.pause()
  gliding.set(element, movement)
  moving.add(movement)
  seeThrough(movement).finally(() => moving.delete(movement))
}

// What has moved by the first picture would be a shift after all: it waits until that was painted, however slow the machine.
async function seeThrough (movement) {
  await painted()
  if (movement.playState === 'idle') return
  movement.play()
  await movement.finished.catch(() => {}) // refused when the next glide takes over
  await painted()
}

function painted () {
  return new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}

// What a change in the list can move: its own children, and what stands after it and after those that hold it.
function followers (list) {
  const found = [...list.children]
  for (let node = list; node && !/^(main|header|body)$/.test(node.localName); node = node.parentElement) {
    for (let next = node.nextElementSibling; next; next = next.nextElementSibling) found.push(next)
  }
  return found
}
