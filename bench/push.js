// npm web-push with connections kept, for `bench push`: node push.js SETTINGS, with web-push installed beside it.
'use strict'
const fs = require('fs')
const https = require('https')
const webpush = require('web-push')

const { devices, body, settings, vapid, atOnce, ttl } = JSON.parse(fs.readFileSync(process.argv[2]))
const agent = new https.Agent({ keepAlive: true, maxSockets: atOnce, ca: fs.readFileSync(settings.PUSH_CA_FILE) })
const vapidDetails = { subject: settings.VAPID_SUBJECT, ...vapid }
const send = device => webpush.sendNotification(device, body, { TTL: ttl, urgency: 'high', topic: 't'.repeat(22), vapidDetails, agent })

async function each (list) {
  let next = 0
  const one = async () => { while (next < list.length) await send(list[next++]) }
  await Promise.all(Array.from({ length: atOnce }, one))
}

async function main () {
  await each(devices.slice(0))
  const began = process.hrtime.bigint()
  const before = process.cpuUsage()
  await each(devices)
  const { user, system } = process.cpuUsage(before)
  console.log(devices.length / (Number(process.hrtime.bigint() - began) / 1e9), devices.length / ((user + system) / 1e6))
  agent.destroy()
}

main().catch(failure => { console.error(failure); process.exit(1) })
