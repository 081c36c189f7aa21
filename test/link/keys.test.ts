import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { LinkKeys } from '../../controller/link/keys.ts'
import { type Pin, PinFile } from '../../controller/link/pin-store.ts'
import { pinOf } from '../../proto/proof.ts'
import { stateFolder } from './controller.ts'

function folder(): string {
  const { path, remove } = stateFolder()
  onTestFinished(remove)
  return path
}

const pin = (session: string): Pin => ({ session, pod: 'red/lb-1', podUid: '6a1c', container: 'trenchscope-0001', containerId: 'containerd://1', key: 'k' })

test('the certificate is a well-formed one of its own key', () => {
  const { key, cert } = new LinkKeys(folder()).identity
  const certificate = new X509Certificate(cert)
  expect({ subject: certificate.subject, issuer: certificate.issuer, from: certificate.validFrom, to: certificate.validTo }).toEqual({ subject: 'CN=trenchscope', issuer: 'CN=trenchscope', from: 'Jan  1 00:00:00 2020 GMT', to: 'Dec 31 23:59:59 9999 GMT' })
  expect(certificate.verify(createPublicKey(key))).toBe(true)
})

test('keys outlive the controller', () => {
  const path = folder()
  const first = new LinkKeys(path)
  const second = new LinkKeys(path)
  expect(second.pins).toEqual(first.pins)
  expect(second.pins[0]).toBe(pinOf(new X509Certificate(second.identity.cert).publicKey))
})

test('a rotation brings the announced key into use, and announces another', () => {
  const path = folder()
  const keys = new LinkKeys(path)
  const [, announced] = keys.pins
  keys.rotate()
  expect(keys.pins[0]).toBe(announced)
  expect(keys.pins[1]).not.toBe(announced)
  expect(new LinkKeys(path).pins).toEqual(keys.pins)
})

test('keys are readable by their owner alone', () => {
  const path = folder()
  new LinkKeys(path)
  expect(readdirSync(path)).toEqual(['link-keys.json'])
  expect(statSync(join(path, 'link-keys.json')).mode & 0o777).toBe(0o600)
})

test('keys that cannot be read are not replaced', () => {
  const path = folder()
  writeFileSync(join(path, 'link-keys.json'), '{"current":"')
  expect(() => new LinkKeys(path)).toThrow(`${join(path, 'link-keys.json')} does not hold the link's keys; without them no running probe can be reached again`)
})

test('pins outlive the controller, each session with its last', async () => {
  const file = join(folder(), 'pins.json')
  const store = new PinFile(file)
  await Promise.all([store.save(pin('a')), store.save(pin('b')), store.save(pin('c')), store.save({ ...pin('a'), key: 'k2' }), store.drop('b'), store.drop('never')])
  expect(new PinFile(file).load()).toEqual([{ ...pin('a'), key: 'k2' }, pin('c')])
})

test('a pin is on disk when it is saved', async () => {
  const file = join(folder(), 'pins.json')
  const store = new PinFile(file)
  for (const session of ['a', 'b']) {
    await store.save(pin(session))
    expect(new PinFile(file).load().at(-1)).toEqual(pin(session))
  }
})

test('a failed write fails the save, and the next one works again', async () => {
  const path = folder()
  const store = new PinFile(join(path, 'pins.json'))
  // a folder stands where the new file is to be written
  mkdirSync(join(path, 'pins.json.new'))
  await expect(store.save(pin('a'))).rejects.toMatchObject({ code: 'EISDIR' })
  rmdirSync(join(path, 'pins.json.new'))
  await store.save(pin('b'))
  expect(new PinFile(join(path, 'pins.json')).load()).toEqual([pin('a'), pin('b')])
})

test('pins that cannot be read are not replaced', () => {
  const file = join(folder(), 'pins.json')
  writeFileSync(file, '[')
  expect(() => new PinFile(file)).toThrow(`${file} does not hold pins`)
})
