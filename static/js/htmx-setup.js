// What the page's htmx-config cannot say. Modules run before htmx looks at the page, so this holds from the first request.
import { renew, unsent } from './page.js'
import { word } from './words.js'

const WITH_A_FRAGMENT = '409|413|422|429|503|507'

if (window.htmx) {
  Object.assign(window.htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
    // By default htmx drops every error: people would press and nothing would happen.
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      { code: WITH_A_FRAGMENT, swap: true, error: false },
      { code: '[45]..', swap: false, error: true }
    ]
  })
}

const onlyReads = ({ requestConfig }) => Boolean(requestConfig && requestConfig.verb === 'get')

// Not reachable, or refused: said beside what was pressed. Nothing that was typed is touched.
function tellNotSent (event) {
  const { elt } = event.detail
  if (onlyReads(event.detail)) return // nothing was sent; the dot of the bar says that there is no connection
  const at = elt.closest('form') || elt
  let line = at.parentElement.querySelector(':scope > .send-state')
  if (!line) {
    line = document.createElement('p')
    line.className = 'send-state'
    line.setAttribute('role', 'alert')
    at.after(line)
  }
  line.textContent = word('Not sent. Try again')
}

// A page that reads something by itself, when the session is over, would be sent to the door with what is typed on it.
document.addEventListener('htmx:beforeOnLoad', event => {
  if (event.detail.xhr.status === 401 && onlyReads(event.detail) && unsent()) event.preventDefault()
})
document.addEventListener('htmx:sendError', tellNotSent)
document.addEventListener('htmx:timeout', tellNotSent)
document.addEventListener('htmx:responseError', event => {
  const fresh = event.detail.xhr.getResponseHeader('X-CSRFToken')
  if (fresh) renew(fresh)
  if (event.detail.xhr.status !== 401) tellNotSent(event)
})
