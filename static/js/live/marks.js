// What shows how much is unread: the marks of cards, and the counts of the bar.
const MOST = 99

export function markUnread (scope, unread) {
  const cards = [...(scope.matches && scope.matches('.card') ? [scope] : []), ...scope.querySelectorAll('.card')]
  for (const card of cards) card.toggleAttribute('data-unread', unread(card))
}

export function showCount (where, many) {
  for (const place of document.querySelectorAll(where)) {
    place.textContent = many > MOST ? MOST + '+' : many
    const holder = place.closest('.place__count') || place
    holder.hidden = !many
  }
}
