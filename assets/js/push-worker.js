// Shows what the house pushes to this browser. Nothing is stored, nothing fetched, no page is touched.

// The browser itself would say something about "updated in the background", or nothing at all.
const UNREAD = { title: 'A warning for you', text: 'It could not be shown here. Look for it in your other messages.' }

const words = (value) => typeof value === 'string' ? value : ''

function told (data) {
  try {
    const given = data.json()
    return words(given.title) ? given : UNREAD
  } catch {
    return UNREAD
  }
}

function shown (given) {
  const tag = words(given.key), urgent = given.imminent === true
  return self.registration.showNotification(words(given.title), {
    body: words(given.text),
    lang: words(given.language),
    dir: 'auto',
    tag, // a repeat takes the place of the first
    renotify: urgent && tag !== '',
    requireInteraction: urgent,
    data: { link: words(given.link) }
  })
}

/** The link, where it is one of this very site; else nothing. */
function ours (link) {
  try {
    const url = new URL(link)
    return url.origin === self.location.origin ? url.href : ''
  } catch {
    return ''
  }
}

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('push', (event) => event.waitUntil(
  shown(told(event.data)).catch(() => shown(UNREAD))
))
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const link = ours(event.notification.data?.link)
  if (link) event.waitUntil(self.clients.openWindow(link))
})
