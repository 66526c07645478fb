// A form marked `data-passkey` posts its ceremony by script; the page offers a sign-in link beside it.

const CEREMONIES = {
  'sign-in': {
    url: '/sign-in/passkey',
    run: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  },
  register: {
    url: '/account/passkeys',
    run: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
  }
}

class Refused extends Error {}

async function post (url, body) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body)
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const { what = 'The passkey was not accepted.', remedy = 'Try again, or ask for a sign-in link.', code } = answer
  throw new Refused([what, remedy, code && `[${code}]`].filter(Boolean).join(' '))
}

// Only a path on this site: an answer must not send the officer elsewhere.
const onThisSite = (next) => /^\/(?![/\\])/.test(next) ? next : '/'

async function ceremony (form) {
  const { url, run } = CEREMONIES[form.dataset.passkey]
  const fields = Object.fromEntries(new FormData(form))
  const credential = await run(await post(`${url}/options`, fields))
  const { next } = await post(url, { ...fields, credential: credential.toJSON() })
  location.assign(onThisSite(next ?? '/'))
}

const said = (error) => error instanceof Refused
  ? error.message
  : error.name === 'NotAllowedError'
    ? 'No passkey was used: the request was cancelled or took too long. Try again, or ask for a sign-in link.'
    : error.name === 'InvalidStateError'
      ? 'This device already has a passkey for you. Nothing was changed.'
      : 'The passkey could not be used. Try again, or ask for a sign-in link.'

/** Shows and serves `<form data-passkey="sign-in|register" hidden>` where the browser can. */
export function startPasskeys () {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const status = form.querySelector('[role=status]'), button = form.querySelector('button')
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      button.disabled = true
      status.textContent = 'Waiting for your passkey.'
      ceremony(form).catch((error) => { status.textContent = said(error) }).finally(() => { button.disabled = false })
    })
  }
}
