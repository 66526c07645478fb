// Lets @sigstore/verify judge one proof, which comes as JSON on standard input.
//
// Keys and entries go in through what the packages export. `verifyTLogInclusion` they keep to
// themselves: it is what their `Verifier` asks about every log entry, before it goes on to ask
// that the entry be of a kind that Sigstore has, which ours are not.
const { readFileSync } = require('node:fs')
const { TransparencyLogEntry, TrustedRoot } = require('@sigstore/protobuf-specs')
const { toTrustMaterial, VerificationError } = require('@sigstore/verify')
const { verifyTLogInclusion } = require('@sigstore/verify/dist/tlog')

const { log, entry } = JSON.parse(readFileSync(0, 'utf8'))
const trusted = toTrustMaterial(TrustedRoot.fromJSON({ tlogs: [log] }))
try {
  verifyTLogInclusion(TransparencyLogEntry.fromJSON(entry), trusted.tlogs)
  console.log('accepted')
} catch (error) {
  if (!(error instanceof VerificationError)) throw error
  console.log(`refused: ${error.message}`)
}
