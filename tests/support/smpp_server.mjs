// npm's smpp as a message centre that does what its standard input asks, a line of JSON each, and
// says on its standard output what it was given. Ends with its input.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [packages, key, cert] = process.argv.slice(2)
const smpp = createRequire(packages)('smpp')
const say = (event, more) => console.log(JSON.stringify({ event, ...more }))
const hex = (value) => (Buffer.isBuffer(value) ? value.toString('hex') : value)

let plan = [] // what to do with the next submit_sm: 'silent', 'die', 'early', or a status
let bind = 0
let count = 0
let sessions = []

function receipt(id) {
  const text = `id:${id} sub:001 dlvrd:001 submit date:3005141200 done date:3005141201 stat:DELIVRD err:000 text:`
  return { esm_class: 4, source_addr: '4915555550100', source_addr_ton: 1, short_message: text }
}

function deliver(session, pdu, name) {
  session.deliver_sm(pdu, (answer) => say('answered', { name, status: answer.command_status }))
}

function submitted(session, pdu) {
  const does = plan.shift() ?? 'take'
  const id = `m${++count}`
  const { udh, message } = pdu.short_message
  say('submitted', {
    id, does, message, udh: udh?.map(hex) ?? [], source: pdu.source_addr, to: pdu.destination_addr,
    ton: [pdu.source_addr_ton, pdu.dest_addr_ton], urgency: pdu.priority_flag, coding: pdu.data_coding,
    expires: pdu.validity_period || null, registered: pdu.registered_delivery,
    reference: pdu.user_message_reference,
  })
  if (does === 'silent') return
  if (does === 'die') return session.destroy()
  if (typeof does === 'number') return session.send(pdu.response({ command_status: does }))
  if (does === 'early') deliver(session, receipt(id), id)
  session.send(pdu.response({ message_id: id }))
}

const tls = key && { key: readFileSync(key), cert: readFileSync(cert) }
const server = smpp.createServer(tls || {}, (session) => {
  sessions.push(session)
  session.on('error', () => session.destroy())
  session.on('close', () => {
    sessions = sessions.filter((one) => one !== session)
    say('closed', {})
  })
  session.on('bind_transceiver', (pdu) => {
    const { system_id, password, interface_version } = pdu
    if (bind !== 'silent') session.send(pdu.response({ command_status: bind, system_id: 'centre' }))
    say('bound', { system_id, password, interface_version })
  })
  session.on('submit_sm', (pdu) => submitted(session, pdu))
  session.on('enquire_link', (pdu) => {
    say('enquired', {})
    session.send(pdu.response())
  })
  session.on('unbind', (pdu) => {
    say('unbound', {})
    session.send(pdu.response())
  })
})
server.on('tlsClientError', () => {})

const commands = {
  plan: ({ does }) => { plan = does },
  bind: ({ status }) => { bind = status },
  deliver: ({ pdu, name }) => {
    if (pdu.hex) pdu.short_message = Buffer.from(pdu.hex, 'hex')
    delete pdu.hex
    deliver(sessions.at(-1), pdu, name)
  },
  raw: ({ data }) => sessions.at(-1).socket.write(Buffer.from(data, 'hex')),
  drop: () => sessions.forEach((session) => session.destroy()),
  reset: () => {
    plan = []
    bind = 0
    sessions.forEach((session) => session.destroy())
    say('reset', {})
  },
}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const asked = JSON.parse(line)
    commands[asked.do](asked)
  })
  .on('close', () => process.exit(0))
server.listen(0, '127.0.0.1', () => say('listening', { port: server.address().port }))
