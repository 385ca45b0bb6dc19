"""A screen by keyboard alone: Tab comes to each control once, in order, shows where it is, and gets out again."""

from __future__ import annotations

from playwright.sync_api import Page

SCROLLERS = 12  # what scrolls by itself is a stop, too

# What Tab should come to: of a group of radio buttons the chosen one, or the first; of an open dialog what is in it.
WALK = """() => {
  const shown = each => each.checkVisibility({ visibilityProperty: true })
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]'
  const root = document.querySelector('dialog:modal') || document.body
  const found = [...root.querySelectorAll(controls)]
    .filter(each => each.tabIndex >= 0 && !each.disabled && !each.closest('[inert]') && shown(each))
  const together = (one, each) => one.type === 'radio' && one.name === each.name && one.form === each.form
  const group = each => found.filter(one => together(one, each))
  const stands = each => each.type !== 'radio' || (group(each).find(one => one.checked) || group(each)[0]) === each
  const words = each => (each.textContent || '').trim().slice(0, 30)
  const name = each => `${each.localName}.${each.className || each.name || ''} ${words(each)}`
  const ringed = each => each && [null, '::after'].some(part => {
    const style = getComputedStyle(each, part)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
  })
  const marked = each => [each, each.parentElement, each.closest('label'), each.nextElementSibling,
    each.id && document.querySelector(`label[for="${each.id}"]`)].some(ringed)
  window.stops = found.filter(stands)
  window.came = []
  window.faults = []
  const top = document.createElement('span')
  top.tabIndex = -1
  root.prepend(top)
  top.focus()
  document.addEventListener('focusin', event => {
    const at = event.target
    came.push(at)
    if (stops.includes(at) && !marked(at)) faults.push(`no ring: ${name(at)}`)
    const box = at.getBoundingClientRect()
    if (box.bottom < 0 || box.top > innerHeight) faults.push(`out of sight: ${name(at)}`)
  })
  window.report = () => {
    const all = came.filter(each => stops.includes(each))
    const round = all.indexOf(stops[0], 1)
    const known = round > 0 ? all.slice(0, round) : all
    const missed = stops.filter(each => each.isConnected && shown(each) && !known.includes(each))
    const turned = known.filter((each, at) => at && stops.indexOf(each) <= stops.indexOf(known[at - 1]))
    const say = (words, each) => `${words}: ${name(each)}`
    const lost = missed.map(each => say('never reached', each))
    return [...faults, ...lost, ...turned.map(each => say('out of order', each))]
  }
  return stops.length
}"""


def walk(page: Page) -> list[str]:
    """What is wrong for somebody who has Tab and nothing else; the end of the page lets them out."""
    many: int = page.evaluate(WALK)
    for _ in range(many):
        page.keyboard.press("Tab")
    for _ in range(SCROLLERS):
        if page.evaluate("came.filter(each => stops.includes(each)).length >= stops.length"):
            break
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("report()")
    return found
