"""What every screen must be, in a real browser: nothing overflows, everything can be tapped, axe finds nothing."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return []
  return [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > wide + 1)
    .slice(0, 5).map(each => each.tagName + '.' + each.className)
}"""
# design.md: 48 px targets. Links inside a sentence are read, not aimed at; a label counts with its field.
SMALL = """() => {
  const shown = each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const inText = each => each.localName === 'a' && getComputedStyle(each).display === 'inline'
  const aimedAt = 'a[href], button, summary, select, input:not([type=hidden]), textarea'
  const found = []
  for (const each of document.querySelectorAll(aimedAt)) {
    if (!shown(each) || each.closest('.vh, .skip') || inText(each) || each.disabled) continue
    const label = each.closest('label') || (each.id && document.querySelector(`label[for="${each.id}"]`))
    const boxes = [each, ['checkbox', 'radio', 'file'].includes(each.type) ? label : null].filter(Boolean)
      .map(one => one.getBoundingClientRect())
    const width = Math.round(Math.max(...boxes.map(box => box.width)))
    const height = Math.round(Math.max(...boxes.map(box => box.height)))
    if (!width || !height || Math.min(width, height) >= 48) continue
    found.push(`${each.localName}.${each.className} ${width}x${height}`)
  }
  return found
}"""


def overflow(page: Page) -> list[str]:
    """What sticks out to the right of the window."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found


def small_targets(page: Page) -> list[str]:
    """What is too small for a thumb."""
    found: list[str] = page.evaluate(SMALL)
    return found


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong; a list of all that is right would take as long again."""
    results: Any = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:120]} ({len(found['nodes'])})"
        for found in results.response["violations"]
    ]
