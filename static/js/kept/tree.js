// A piece of a page as plain data, and back: only the tags and attributes named here, on the way in and on the way out.
// Nothing is ever parsed as HTML again. Pictures, forms and buttons stay away.
const TAGS = new Set(('a abbr article aside b blockquote br cite code dd details div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 ' +
  'header hr i li mark ol p pre progress q s section small span strong sub summary sup svg table tbody td th thead time tr u ul use sa-time').split(' '))
const ATTRIBUTES = new Set(('class id title datetime lang dir open value max width height start colspan rowspan focusable ' +
  'aria-hidden aria-label aria-labelledby data-mine').split(' '))
const LEFT_OUT = 'script, style, noscript, template, form, fieldset, button, input, textarea, select, label, img, picture, video, audio, canvas, ' +
  'iframe, object, embed, link, meta, nav, dialog, sa-seen, sa-photos, .button, .buttons, .card__actions, .actionbar, .print-only, [hidden], [data-not-kept]'
const PICTURES = '.gallery, .shots, .enclosed'
const SVG = 'http://www.w3.org/2000/svg'
const SPRITE = /^\/static\/[0-9a-f]{8}\/icons\/sprite\.svg#[a-z-]+$/
const A_RELEASE = /^\/static\/[0-9a-f]{8}\//
const OF_THIS_SITE = /^\/(?![/\\])[^\s\\]*$/
const TELEPHONE = /^tel:[0-9+ ]+$/

// how: { told: what stands where so many pictures were, leaves: what stays away besides }.
export function pack (node, how) {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue.replace(/\s+/g, ' ')
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT) || how.leaves(node)) return null
  if (node.matches(PICTURES)) return ['p', { class: 'small quiet' }, how.told(node.children.length)]
  const name = node.localName
  const tag = TAGS.has(name) ? name : name.includes('-') ? 'div' : 'span'
  const attributes = {}
  for (const { name: attribute, value } of node.attributes) if (allowed(tag, attribute, value)) attributes[attribute] = value
  const preserved = node.matches('.narrative, .line__text, .card__text, pre')
  const child = each => preserved && each.nodeType === Node.TEXT_NODE ? each.nodeValue : pack(each, how)
  return [tag, attributes, ...[...node.childNodes].map(child).filter(each => each !== null && each !== '')]
}

function allowed (tag, name, value) {
  if (name === 'href') return tag === 'use' ? SPRITE.test(value) : tag === 'a' && (OF_THIS_SITE.test(value) || TELEPHONE.test(value))
  return ATTRIBUTES.has(name)
}

// here: { release: where the static files of today are, kept: Set of paths }. Links lead to what is kept; others are words.
export function build (tree, here) {
  if (typeof tree === 'string') return document.createTextNode(tree)
  const [given, attributes, ...children] = Array.isArray(tree) ? tree : ['span', {}]
  const tag = tagOf(given, attributes, here)
  const element = tag === 'svg' || tag === 'use' ? document.createElementNS(SVG, tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (!allowed(tag, name, String(value)) || (name === 'id' && document.getElementById(value))) continue
    element.setAttribute(name, tag === 'use' ? value.replace(A_RELEASE, here.release) : value)
  }
  for (const child of children) element.append(build(child, here))
  return element
}

function tagOf (tag, { href = '' }, { kept }) {
  if (!TAGS.has(tag)) return 'span'
  if (tag === 'h1') return 'h2' // the page's own heading says what this is
  const leads = kept.has(href.split(/[?#]/)[0]) || TELEPHONE.test(href)
  return tag === 'a' && !leads ? 'span' : tag
}
