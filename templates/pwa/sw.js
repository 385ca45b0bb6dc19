// ShopAlert's service worker: the offline page and the alerts. Written for every release from the files it is made of.
'use strict'
const VERSION = {{ version|tojson }}
const SHELL = {{ shell|tojson }}
const ICON = {{ icon|tojson }}
const BADGE = {{ badge|tojson }}
const WORDS = {
  newAlert: {{ _("New alert")|tojson }},
  seenSent: {{ _("Sent: seen here")|tojson }},
  seenNotSent: {{ _("Not sent. Open to try again")|tojson }}
}

{% for part in parts -%}
{{ part|classic }}
{% endfor -%}
