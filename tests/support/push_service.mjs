// A browser and its push service: npm's http_ece opens what came, Node judges the token.
//
// Argument: a folder with node_modules. Says port and keys on standard output, as JSON. The path
// says what to answer; GET /received tells what came.
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

const ece = createRequire(`${process.argv[2]}/`)('http_ece')
const browser = createECDH('prime256v1')
const auth = randomBytes(16)
browser.generateKeys()
const received = []

function claims(authorization) {
  const [, token, point] = authorization.match(/^vapid t=([\w.-]+), k=([\w-]+)$/)
  const raw = Buffer.from(point, 'base64url')
  const [x, y] = [raw.subarray(1, 33), raw.subarray(33)].map((part) => part.toString('base64url'))
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const [header, body, signature] = token.split('.')
  const signed = Buffer.from(`${header}.${body}`)
  const genuine = verify(
    'sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')
  )
  if (!genuine) throw new Error('the token is not genuine')
  return { point, ...JSON.parse(Buffer.from(body, 'base64url')) }
}

const server = createServer(async (request, response) => {
  if (request.url === '/received') return response.end(JSON.stringify(received))
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  const body = Buffer.concat(pieces)
  const plain = ece.decrypt(body, {
    version: 'aes128gcm', privateKey: browser, authSecret: auth.toString('base64url'),
  })
  received.push({
    headers: request.headers,
    bytes: body.length,
    plain: plain.toString(),
    claims: claims(request.headers.authorization),
  })
  if (request.url === '/hang') return
  response.writeHead(+request.url.slice(1), { Location: `/message/${received.length}` })
  response.end()
})
server.listen(0, '127.0.0.1', () =>
  console.log(
    JSON.stringify({
      port: server.address().port,
      p256dh: browser.getPublicKey('base64url'),
      auth: auth.toString('base64url'),
    })
  )
)
