// A partner that receives webhooks, and lets npm's standardwebhooks judge each.
//
// Arguments: a folder with node_modules, the secret of the house, from which that of each of its
// addresses comes. Says its port on standard output. What it
// does depends on the path; GET /received tells what came.
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

const [folder, house] = process.argv.slice(2)
const { Webhook } = createRequire(`${folder}/`)('standardwebhooks')
const received = []

const say = (response, status, body, headers = {}) => {
  response.writeHead(status, headers)
  response.end(body)
}

const does = {
  '/take': (response, { verdict }) =>
    say(response, verdict ? 401 : 200, JSON.stringify({ id: `msg_${received.length}`, verdict }), {
      'Content-Type': 'application/json',
    }),
  '/silent': (response) => say(response, 204),
  '/drop': (response) => response.socket.destroy(),
  '/hang': () => {},
  '/slow': (response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('.'), 50)
    response.on('close', () => clearInterval(drip))
  },
  '/garbage': (response) => response.socket.end('250 2.0.0 queued\r\n'),
  '/endless': (response) => say(response, 200, 'x'.repeat(1 << 20)),
  '/redirect': (response) => say(response, 307, '', { Location: '/take' }),
}

const server = createServer(async (request, response) => {
  if (request.url === '/received') return say(response, 200, JSON.stringify(received))
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  const body = Buffer.concat(pieces).toString()
  let verdict = ''
  try {
    const address = `http://${request.headers.host}${request.url}`
    const secret = createHmac('sha256', house).update(address).digest('base64')
    new Webhook(secret).verify(body, request.headers)
  } catch (error) {
    verdict = error.message
  }
  received.push({ headers: request.headers, body, verdict })
  const [, status, wait] = request.url.match(/^\/status\/(\d+)(?:\/(.+))?$/) ?? []
  if (status) return say(response, +status, '', wait ? { 'Retry-After': wait } : {})
  does[request.url](response, { verdict })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
