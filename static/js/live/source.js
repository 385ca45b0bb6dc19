// One EventSource, watched. It never reconnects by itself: the browser gives up for good after any answer but 200, and
// a stream opened anew forgets where it was. So it ends with a reason, and the connection opens the next with its cursor.
import { whole } from './whole.js'

const FRAGMENTS = [
  'incident', 'comment', 'sighting', 'step', 'request', 'bulletin', 'shared', 'help', 'roll', 'count'
]
const RECORDS = ['counts', 'gone', 'toast', 'resync']
const HELLO_WITHIN = 5000
const BEAT_WITHIN = 40000
const LOOK_EVERY = 1000
const ASLEEP = 20000

export function listen (url, { hello, beat, message }) {
  const source = new EventSource(url)
  let greeted = false
  let heard = Date.now()
  let looked = Date.now()
  let take
  let finish
  const ended = new Promise(resolve => { finish = resolve })
  const end = reason => { clearInterval(watch); source.close(); finish({ reason, greeted }) }

  // A laptop that slept has a silent stream too, and nothing is wrong with its proxy: that counts as lost, not silent.
  const watch = setInterval(() => {
    const slept = Date.now() - looked > ASLEEP
    looked = Date.now()
    if (looked - heard > (greeted ? BEAT_WITHIN : HELLO_WITHIN)) end(slept ? 'lost' : 'silent')
  }, LOOK_EVERY)

  const on = (name, then) => source.addEventListener(name, event => { heard = Date.now(); then(event) })
  on('hello', event => { greeted = true; take = whole(event.lastEventId, message); hello(event.lastEventId) })
  on('beat', event => beat(event.lastEventId))
  on('bye', () => end('bye'))
  for (const name of FRAGMENTS.concat(RECORDS)) on(name, event => take({ id: event.lastEventId, event: name, data: event.data }))
  source.onerror = () => end('lost')
  return { ended, close: () => end('closed') }
}
