() => {
  const found = []
  if (window.pwned !== undefined) found.push('a stored script ran')
  found.push(...window.violations.map(each => `against the policy: ${each}`))
  const where = element => {
    const names = []
    for (let at = element; at && names.length < 4; at = at.parentElement) {
      names.unshift(at.localName + (at.id ? '#' + at.id.replace(/[0-9a-f-]{20,}/, '…') : '') +
        (at.classList.length ? '.' + at.classList[0] : ''))
    }
    return names.join(' > ')
  }
  for (const element of document.querySelectorAll('*')) {
    if (['iframe', 'object', 'embed', 'base'].includes(element.localName)) found.push(`element: ${where(element)}`)
    for (const { name, value } of element.attributes) {
      if (/^(data-)?(hx-|on)/.test(name) && /pwned|evil/.test(value)) found.push(`${name}: ${where(element)}`)
      if (!['src', 'href', 'action', 'formaction', 'srcset', 'poster', 'data', 'xlink:href', 'hx-get', 'hx-post'].includes(name)) continue
      const address = new URL(value, document.baseURI)
      if (address.origin === location.origin || ['blob:', 'tel:', 'mailto:'].includes(address.protocol)) continue
      const link = element.localName === 'a' && address.protocol === 'https:' && element.relList.contains('noopener')
      if (!link) found.push(`${name} to ${value.slice(0, 60)}: ${where(element)}`)
    }
  }
  for (const field of document.querySelectorAll('input, textarea')) {
    if (/[\u2068\u2069]/.test(field.value)) found.push(`holds what nobody typed: ${where(field)}`)
  }
  // Words that run from right to left turn what stands beside them in the same line, unless they stand apart.
  const apart = element => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (/isolate|plaintext/.test(style.unicodeBidi) || !/^(inline|contents)$/.test(style.display)) return at
    }
    return document.body
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const lines = new Map()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement
    if (['SCRIPT', 'STYLE', 'TEXTAREA', 'OPTION', 'TEMPLATE'].includes(holder.nodeName) || !holder.checkVisibility()) continue
    const line = apart(holder)
    lines.set(line, (lines.get(line) ?? '') + node.data)
  }
  for (const [line, text] of lines) {
    const rest = text.replace(/\u2068[^\u2069]*\u2069/g, '')
    if (/[֐-׿]/.test(rest) && !/^[\s\u2068]*~\d+~[^~]*$/.test(rest)) found.push(`turns what stands beside it: ${where(line)}: ${rest.replace(/\s+/g, ' ').trim().slice(0, 160)}`)
  }
  return { found, html: document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map(each => each.value).join(' ') }
}
