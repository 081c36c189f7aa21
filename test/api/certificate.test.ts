import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { CertificateError, readCertificate, renewCertificate } from '../../controller/api/certificate.ts'
import { issueCertificate } from '../../controller/x509.ts'

const dir = mkdtempSync(join(tmpdir(), 'trenchscope-certificate-'))
afterAll(() => rmSync(dir, { recursive: true }))
const files = { certFile: join(dir, 'tls.crt'), keyFile: join(dir, 'tls.key') }

const fresh = () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = { commonName: 'synthetic' }
  return { cert: issueCertificate({ subject, key: privateKey, issuer: { name: subject, key: privateKey }, use: 'server', from: 0, until: Date.now() + 60_000 }), key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string }
}
const put = ({ cert, key }: { cert: string; key: string }) => (writeFileSync(files.certFile, cert), writeFileSync(files.keyFile, key))

/** What the server shows to who connects now, as PEM. */
const shown = (server: Server) => new Promise<string>((resolve, reject) => {
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, rejectUnauthorized: false }, () => {
    resolve(socket.getPeerX509Certificate()?.toString() ?? '')
    socket.destroy()
  }).on('error', reject)
})

test('a renewed certificate is served without a restart; half a renewal changes nothing and is said once', async () => {
  const [first, second] = [fresh(), fresh()]
  put(first)
  const warned: unknown[] = []
  const log = { debug: () => {}, info: () => {}, warn: (_fields: object, message: string) => void warned.push(message), error: () => {}, child: () => log }
  const server = createServer(readCertificate(files))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const end = renewCertificate(server, () => readCertificate(files), readCertificate(files), { log, everyMs: 5 })
  try {
    expect(await shown(server)).toBe(first.cert)
    writeFileSync(files.certFile, second.cert)
    await expect.poll(() => warned).toEqual(['certificate not renewed'])
    expect(await shown(server)).toBe(first.cert)
    put(second)
    await expect.poll(() => shown(server)).toBe(second.cert)
    expect(warned).toHaveLength(1)
  } finally {
    end()
    server.close()
  }
})

test('a key that is not the certificate\'s stops the start, naming both files', () => {
  put({ ...fresh(), key: fresh().key })
  expect(() => readCertificate(files)).toThrow(`the key in ${files.keyFile} is not that of the certificate in ${files.certFile}`)
})

test('a file that is not there, or holds something else, is named with the reason', () => {
  writeFileSync(files.certFile, 'x')
  expect(() => readCertificate(files)).toThrow(CertificateError)
  expect(() => readCertificate({ ...files, certFile: '/nowhere.crt' })).toThrow(`certificate /nowhere.crt with key ${files.keyFile}: ENOENT`)
})
