// What happened may be said in several messages, of which the last one has the new place: all of it is handed on, each
// under that place, or none. The same for what a stream says and what an answer holds.
export function whole (place, hand) {
  const parts = []
  return ({ id, event, data }) => {
    parts.push({ event, data })
    if (id === place && event !== 'resync') return
    place = id
    for (const part of parts.splice(0)) hand({ id, event: part.event, data: part.data })
  }
}
