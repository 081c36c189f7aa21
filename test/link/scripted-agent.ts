// A probe whose facts are scripted, as a process of its own: the real session, lease and log, without the real commands.
import { generateKeyPairSync } from 'node:crypto'
import { writeSync } from 'node:fs'
import { readEnvironment } from '../../agent/environment.ts'
import { LinkLog } from '../../agent/link-log.ts'
import { Probe } from '../../agent/probe.ts'
import { facts, scriptedObserver } from './scripted-observer.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const keyText = publicKey.export({ format: 'jwk' }).x!
writeSync(1, `${JSON.stringify({ trenchscope: 1, key: keyText, session: process.env['TRENCHSCOPE_SESSION'], version: 'scripted' })}\n`)
const log = new LinkLog()
const close = async (): Promise<void> => {
  // an nfqlb client in flight, so to speak
  await new Promise(resolve => setTimeout(resolve, Number(process.env['CLOSE_MS'] ?? 0)))
  writeSync(1, 'closed\n')
}
const probe = new Probe({ environment: readEnvironment(process.env), identity: { privateKey, key: Buffer.from(keyText, 'base64url'), version: 'scripted' }, observer: scriptedObserver(log), facts, log, close })
void probe.run()
