// Waiting that can be cut short: the network came back, the page is looked at again, or the reader is stopped.
export function pause (milliseconds, life) {
  return new Promise(resolve => {
    const done = () => { clearTimeout(timer); life.wake = null; resolve() }
    const timer = setTimeout(done, milliseconds)
    life.wake = done
  })
}

// Screens that lost the same server must not all come back in the same instant.
export const jittered = milliseconds => milliseconds * (0.5 + Math.random())
