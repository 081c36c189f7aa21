import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CertificateError, renewCertificate } from '../../controller/api/certificate.ts'
import { OwnAuthority } from '../../controller/api/own-authority.ts'
import { openServerDoor } from '../../controller/server-door.ts'
import { silent } from '../store/synthetic.ts'

const dayMs = 86_400_000
const hosts = ['api.trenchscope.svc', 'localhost', '127.0.0.1', '2001:db8::1']
let folder: string
let days = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trenchscope-authority-'))
  days = 0
})
afterEach(() => rmSync(folder, { recursive: true }))
const start = Date.UTC(2030, 0, 1)
const open = () => new OwnAuthority({ folder, hosts, now: () => start + days * dayMs })

/** Whether a client that trusts `trusted` takes `cert` now. */
function accepts(trusted: string, cert: string): boolean {
  const now = start + days * dayMs
  const lives = ({ validFromDate, validToDate }: X509Certificate) => validFromDate.getTime() <= now && now < validToDate.getTime()
  const server = new X509Certificate(cert)
  const authorities = trusted.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g)?.map(each => new X509Certificate(each)) ?? []
  return lives(server) && authorities.some(authority => lives(authority) && server.checkIssued(authority) && server.verify(authority.publicKey))
}
const countOf = (trusted: string) => trusted.match(/BEGIN/g)?.length

/** OpenSSL's own judgement, strictly by RFC 5280. */
function verified(trusted: string, cert: string, ...how: readonly string[]): string {
  writeFileSync(join(folder, 'trusted.pem'), trusted)
  writeFileSync(join(folder, 'server.pem'), cert)
  const { status, stdout, stderr } = spawnSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', String(start / 1000 + days * 86_400), '-CAfile', join(folder, 'trusted.pem'), ...how, join(folder, 'server.pem')], { encoding: 'utf8' })
  return status === 0 ? 'OK' : `${stdout}${stderr}`
}

test('openssl verifies the chain for every name, and for no other', () => {
  const own = open()
  const { cert } = own.pair()
  expect(hosts.map(host => verified(own.trusted, cert, ...(/^[\d.]+$|:/.test(host) ? ['-verify_ip', host] : ['-verify_hostname', host])))).toEqual(['OK', 'OK', 'OK', 'OK'])
  expect(verified(own.trusted, cert, '-verify_hostname', 'api.other.svc')).toContain('hostname mismatch')
  const text = execFileSync('openssl', ['x509', '-noout', '-text', '-in', join(folder, 'trusted.pem')], { encoding: 'utf8' })
  expect(text.match(/CA:TRUE.*|Certificate Sign.*|id-ecPublicKey/g)).toEqual(['id-ecPublicKey', 'CA:TRUE, pathlen:0', 'Certificate Sign, CRL Sign'])
})

test('a server\'s certificate is no authority, and another authority\'s is not accepted', () => {
  const own = open()
  const { cert } = own.pair()
  const other = new OwnAuthority({ folder: join(folder, 'other'), hosts, now: () => start })
  expect(verified(cert, cert)).not.toBe('OK')
  expect(verified(other.trusted, cert)).toContain('unable to get local issuer certificate')
})

test('keys are readable by the owner alone, and a controller that is started again goes on with them', () => {
  const before = open().trusted
  expect(statSync(join(folder, 'authorities.json')).mode & 0o777).toBe(0o600)
  const own = open()
  expect([own.trusted, readFileSync(own.trustedFile, 'utf8')]).toEqual([before, before])
  expect(accepts(before, own.pair().cert)).toBe(true)
})

test('what a client took on any third day of five years serves it for 60 days more, through every rotation and restart', () => {
  let own = open()
  const taken: string[] = []
  const signers = new Set<string>()
  for (; days < 1826; days += 3) {
    if (days % 30 === 0) own = open()
    const { cert } = own.pair()
    taken.push(own.trusted)
    signers.add(new X509Certificate(cert).issuer)
    expect(accepts(taken[Math.max(0, (days - 60) / 3)] ?? '', cert), `day ${days}`).toBe(true)
    expect(countOf(own.trusted), `day ${days}`).toBeLessThanOrEqual(2)
  }
  // after 305 days, then every 245
  expect(signers.size).toBe(8)
})

test('a server\'s certificate lives for seven days and is made anew after half of them', () => {
  const own = open()
  const first = own.pair().cert
  days = 3
  expect(own.pair().cert).toBe(first)
  days = 4
  const second = own.pair().cert
  expect([second === first, accepts(own.trusted, second), new X509Certificate(second).validToDate.getTime()]).toEqual([false, true, start + 11 * dayMs])
})

test('after a year and more away there is a new authority that signs at once', () => {
  const before = open().trusted
  days = 400
  const own = open()
  expect([countOf(own.trusted), accepts(own.trusted, own.pair().cert), accepts(before, own.pair().cert)]).toEqual([1, true, false])
})

test('a file that holds something else stops the start, and is kept', () => {
  writeFileSync(join(folder, 'authorities.json'), '[{}]')
  expect(open).toThrow(CertificateError)
  expect(readFileSync(join(folder, 'authorities.json'), 'utf8')).toBe('[{}]')
})

test('a running server takes the rotation from the next connection on; who trusted it before goes on', async () => {
  // TLS itself looks at the machine's clock
  let behind = 4 * dayMs
  const own = new OwnAuthority({ folder, hosts, now: () => Date.now() - behind })
  const server = createServer(own.pair(), (_request, answer) => answer.end('here'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const end = renewCertificate(server, () => own.pair(), own.pair(), { log: silent, everyMs: 5 })
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const ask = async (trusted: string) => {
    const door = openServerDoor(url, trusted)
    try {
      return await (await door.fetch(`${url}/`, {})).text()
    } finally {
      await door.close()
    }
  }
  try {
    const before = own.trusted
    const first = own.pair()
    expect(await ask(before)).toBe('here')
    expect(await ask(first.cert)).toBe('here')
    behind = 0
    await expect.poll(() => ask(first.cert).catch((error: Error) => error.message)).toContain('unable to')
    expect(await ask(before)).toBe('here')
    await expect(ask(new OwnAuthority({ folder: join(folder, 'other'), hosts }).trusted)).rejects.toMatchObject({ code: 'unreachable' })
  } finally {
    end()
    server.closeAllConnections()
    server.close()
  }
})
