// The same words as the `left` filter in tocsin/web/templating.py; a test compares the two.

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR

const span = (seconds) => {
  if (seconds >= 2 * DAY) return `${Math.floor(seconds / DAY)} days`
  const hours = Math.floor(seconds / HOUR), minutes = Math.floor((seconds % HOUR) / MINUTE)
  if (!hours) return minutes ? `${minutes} min` : 'less than 1 min'
  return hours < 6 && minutes ? `${hours} h ${minutes} min` : `${hours} h`
}

/** Time left in words; `seconds` is negative once the deadline has passed. */
export const left = (seconds) => seconds < 0 ? `overdue by ${span(-seconds)}` : `in ${span(seconds)}`

/** How pressing a deadline is; names a CSS class. */
export const urgency = (seconds) =>
  seconds < 0 ? 'overdue' : seconds < HOUR ? 'urgent' : seconds < 4 * HOUR ? 'soon' : 'later'

/** Keeps every `<time data-due>` true. The page's own clock counts, not this machine's, which may be wrong. */
export function startClocks () {
  const told = Date.parse(document.body.dataset.now)
  const offset = Number.isNaN(told) ? 0 : told - Date.now()
  const tick = () => {
    for (const element of document.querySelectorAll('time[data-due]')) {
      const seconds = (Date.parse(element.dataset.due) - Date.now() - offset) / 1000
      const words = left(seconds)
      if (element.textContent !== words) element.textContent = words
      if (element.dataset.urgency) element.dataset.urgency = urgency(seconds)
    }
  }
  tick()
  setInterval(tick, 1000)
}
