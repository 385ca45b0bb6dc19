// What only the page that tests alerts needs, so that nobody's first visit carries it.
import { SaAlertCheck } from './elements/sa-alert-check.js'

const ELEMENTS = {
  'sa-alert-check': SaAlertCheck
}
for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element)
