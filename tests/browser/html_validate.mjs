// One line of JSON in: a page's text. One line of JSON out: what html-validate finds in it.
import { createInterface } from 'node:readline'
import { HtmlValidate } from 'html-validate'

const judge = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit'] }],
    'meta-refresh': 'off', // a feed without script looks again each minute, and has a link that turns it off
    'no-trailing-whitespace': 'off', // what a template leaves behind weighs nothing once it is compressed
    'require-sri': 'off', // everything comes from this server, under an address that changes with it
    'tel-non-breaking': 'off', // "Call 999" may break before its number
    'wcag/h32': 'off' // the buttons of the feed's one form stand in the cards, and an empty feed has none
  }
})

for await (const line of createInterface({ input: process.stdin })) {
  const report = await judge.validateString(JSON.parse(line))
  const found = report.results.flatMap(result => result.messages)
  console.log(JSON.stringify(found.map(each => `${each.ruleId}: ${each.message} (line ${each.line}, ${each.selector})`)))
}
