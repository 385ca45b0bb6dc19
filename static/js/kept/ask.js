// Asks the server whether what is kept still stands. Whatever says that the session is over wipes all of it. Resolves to the
// server's answer, where it gave one.
import { Kept } from './kept.js'

const SESSION_OVER = [401, 403]

export async function askWhatStands () {
  const kept = await Kept.open()
  if (!kept) return
  try {
    const asked = await kept.incidents()
    const response = await fetch('/sync/kept', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Requested-With': 'shopalert' },
      body: JSON.stringify({ incidents: asked })
    })
    if (SESSION_OVER.includes(response.status)) return await Kept.forget()
    if (!response.ok) return
    const answer = await response.json()
    if (answer.me !== kept.state.owner) return await Kept.forget()
    await kept.settle(answer, asked)
    return answer
  } finally {
    kept.close()
  }
}
