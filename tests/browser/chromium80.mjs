// Drives Chromium 80 of npm's chrome-aws-lambda. A line of JSON in: a word and what it is about. A line of JSON out: {is} or
// {wrong}. Each page that opens is looked at, and its picture kept as N.png in the folder.
import { chmodSync, createReadStream, createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'

const require = createRequire(import.meta.url)
const puppeteer = require('puppeteer-core')
const { folder, url, screen, faults } = JSON.parse(process.argv[2])
const packed = join(dirname(require.resolve('chrome-aws-lambda/package.json')), 'bin', 'chromium.br')
const program = join(folder, 'chromium80')
await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(program))
chmodSync(program, 0o755)

const browser = await puppeteer.launch({
  executablePath: program,
  userDataDir: join(folder, 'profile80'),
  defaultViewport: screen,
  args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking']
})
const page = (await browser.pages())[0] || await browser.newPage()
page.setDefaultTimeout(15000)

// What goes wrong in a page: its scripts, and what it asks for in vain. Not that the server was away for a moment, nor that
// this browser does not know each word of our policy.
const EXPECTED = /^(Failed to load resource: net::|Unrecognized Content-Security-Policy directive 'require-trusted-types-for')/
const complaints = []
const complain = words => complaints.push(`${page.url()}: ${words}`)
page.on('pageerror', error => complain(error.message))
page.on('console', said => { if (said.type() === 'error' && !EXPECTED.test(said.text())) complain(said.text()) })
page.on('response', answer => { if (answer.status() >= 400) complain(`${answer.status()} ${answer.url()}`) })

let shown = 0
async function look () {
  await page.screenshot({ path: join(folder, `${++shown}.png`), fullPage: true })
  const found = await page.evaluate(`(${faults})()`)
  if (found.length) throw new Error(`${page.url()} (${shown}.png): ${found.join('; ')}`)
}

async function opened (...first) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), ...first.map(each => each())])
  await look()
}

const DO = {
  version: () => browser.version(),
  url: () => page.url(),
  complaints: () => complaints,
  open: async path => { await page.goto(url + path, { waitUntil: 'load' }); await look() },
  go: selector => opened(() => page.click(selector)),
  press: selector => page.click(selector),
  choose: (selector, value) => page.select(selector, value),
  count: async selector => (await page.$$(selector)).length,
  read: selector => page.$eval(selector, element => element.innerText),
  fill: async (selector, words) => {
    await page.$eval(selector, element => { element.value = '' })
    await page.type(selector, words)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = JSON.parse(line)
  let answer
  try {
    answer = { is: await DO[word](...rest) }
  } catch (error) {
    answer = { wrong: error.message }
  }
  console.log(JSON.stringify(answer))
}
await browser.close()
