import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSigned, signClaim } from '../../proto/proof.ts'

const claim = { connection: new Uint8Array(32).fill(1), session: 'WBp1c7-session-0123456', podUid: '6a1c', container: 'trenchscope-0001' }
const pair = generateKeyPairSync('ed25519')
const key = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url')
const signature = signClaim(claim, pair.privateKey)

test('a claim is proved by its signature', () => {
  expect(isSigned(claim, signature, key)).toBe(true)
})

test.each<[string, Partial<typeof claim>]>([
  ['another connection', { connection: new Uint8Array(32).fill(2) }],
  ['another session', { session: 'WBp1c7-session-0123457' }],
  ['another pod', { podUid: '6a1d' }],
  ['another container', { container: 'trenchscope-0002' }],
])('it does not prove %s', (_, other) => {
  expect(isSigned({ ...claim, ...other }, signature, key)).toBe(false)
})

test('it is not proved by another key, or by no signature', () => {
  const stranger = Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url')
  expect(isSigned(claim, signature, stranger)).toBe(false)
  expect(isSigned(claim, new Uint8Array(64), key)).toBe(false)
  expect(isSigned(claim, signature, new Uint8Array(32))).toBe(false)
})
