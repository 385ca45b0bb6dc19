// Loaded first, alone. htmx 2 knows nothing of Trusted Types and hands plain strings to innerHTML and DOMParser: they
// come through here. HTML of our own server may pass (CSP keeps scripts in it dead); script text never; one script URL.
if (window.trustedTypes) {
  window.trustedTypes.createPolicy('default', {
    createHTML: html => html,
    createScriptURL: url => new URL(url, location.origin).href === location.origin + '/sw.js' ? url : null
  })
}
