// The page where a contact lets a browser ring: asks it for a subscription and gives that to the house.
// Every sentence stands on the page, in the reader's language; nothing is kept here.

const form = document.getElementById('browser')
const status = document.getElementById('said')
const GOOD = new Set(['tested', 'untested', 'already'])

/** Shows the sentence of this name; a screen reader reads it. */
function say (name) {
  status.className = name === 'waiting' ? 'notice' : GOOD.has(name) ? 'notice done' : 'notice alarm'
  status.dataset.said = name
  status.textContent = form.dataset[name] ?? form.dataset.unsaved
}

class Told extends Error {}

const canRing = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

async function allowed () {
  if (await Notification.requestPermission() !== 'granted') throw new Told('denied')
}

async function registered () {
  try {
    await navigator.serviceWorker.register('/push-worker.js', { scope: '/' })
    return await navigator.serviceWorker.ready
  } catch {
    throw new Told('cannot')
  }
}

const SUBSCRIBING = { NotAllowedError: 'denied', NotSupportedError: 'cannot' }

async function subscribed ({ pushManager }) {
  const options = { userVisibleOnly: true, applicationServerKey: form.dataset.key }
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    if (error.name !== 'InvalidStateError') throw new Told(SUBSCRIBING[error.name] ?? 'unreachable')
  }
  // There is one for a key that this house has no more: nothing can come by it.
  try {
    await (await pushManager.getSubscription())?.unsubscribe()
    return await pushManager.subscribe(options)
  } catch {
    throw new Told('unreachable')
  }
}

async function posted (subscription) {
  const { endpoint, keys: { p256dh, auth } } = subscription.toJSON()
  const body = JSON.stringify({ label: form.elements.label.value, subscription: { endpoint, keys: { p256dh, auth } } })
  try {
    const response = await fetch(form.dataset.post, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body
    })
    return (await response.json()).said
  } catch {
    throw new Told('unsaved')
  }
}

async function added () {
  if (!canRing()) throw new Told('cannot')
  await allowed()
  return posted(await subscribed(await registered()))
}

async function pressed (event) {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  say('waiting')
  try {
    say(await added())
    form.hidden = GOOD.has(status.dataset.said)
  } catch (error) {
    say(error instanceof Told ? error.message : 'unsaved')
  } finally {
    button.disabled = false
  }
}

document.getElementById('no-script').remove()
form.hidden = !canRing()
form.addEventListener('submit', pressed)
if (form.hidden) say('cannot')
