// Sessions of nfqlb's trace, in a process of its own inside of a load balancer's namespaces: told what to do by lines of JSON, and telling what comes.
import { createInterface } from 'node:readline'
import { Captures } from '../../agent/captures/capture.ts'
import { NfqlbTraces } from '../../agent/captures/nfqlb/session.ts'
import { createRunner, imagePath } from '../../agent/run.ts'
import type { Params } from '#facts/fact.ts'
import { quiet } from '../agent/quiet.ts'

const runner = createRunner({ log: quiet, niceness: 0 })
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('NFQLB_DOUBLE'))) as Record<string, string>
const nfqlb = new NfqlbTraces({ ask: args => runner.askNfqlb(args), path: imagePath(), env, folders: (process.env['FOLDERS'] ?? '/dev').split(':'), proc: process.env['PROC'] ?? '/proc', shm: '/dev/shm' })
const captures = new Captures('', { nfqlb })
const stops = new Map<number, () => void>()
const tell = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`)

void nfqlb.undoLeftovers().then(() => tell({ clean: true }))
for await (const line of createInterface(process.stdin)) {
  const { begin, stop, params, close } = JSON.parse(line) as { begin?: number; stop?: number; params?: Params; close?: true }
  if (stop !== undefined) stops.get(stop)?.()
  if (close) await captures.nfqlb!.close().then(() => tell({ closed: true }))
  if (begin === undefined || !params) continue
  stops.set(begin, captures.nfqlb!.begin(params, {
    onRecords: lines => tell({ session: begin, lines: lines.toString('latin1') }),
    onEnd: (code, message) => tell({ session: begin, end: { code, message } }),
  }))
}
