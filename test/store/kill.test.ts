import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../controller/store/store.ts'
import { silent } from './synthetic.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-kill-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const writer = join(import.meta.dirname, 'writer.ts')
// `npm run soak:store` asks for 100
const kills = Number(process.env['TRENCHSCOPE_TEST_KILLS'] ?? 5)

/** Lines of a child until it ends; `onLine` may end it. */
async function lines(child: ChildProcess, onLine: (line: string, count: number) => void = () => {}): Promise<readonly string[]> {
  const said: string[] = []
  if (!child.stdout) throw new Error('no standard output')
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => onLine(line, said.push(line)))
  await Promise.all([once(child, 'exit'), once(reader, 'close')])
  return said
}

test(`${kills} kills at any moment: everything acknowledged is there, what was cut off is interrupted, the file is sound`, { timeout: 20_000 * kills }, async () => {
  const file = join(dir, 'killed.db')
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < kills; round++) {
    const child = spawn(process.execPath, [writer, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const moment = 3 + Math.floor(Math.random() * 25)
    for (const line of await lines(child, (_, count) => count === moment && setTimeout(() => child.kill('SIGKILL'), Math.random() * 10))) {
      const [state = '', id = ''] = line.split(' ')
      if (state !== 'open') acknowledged.set(id, state)
    }
    expect(child.signalCode).toBe('SIGKILL')
    const store = await openStore({ file, retention: { maxAgeMs: 1e15, maxBytes: 1e12 }, log: silent })
    for (const [id, state] of acknowledged) {
      const sweep = await store.sweep({ id })
      const reports = await store.reportsOf({ sweep: id })
      // what was told is there; one step more may have reached the disk before it was told
      expect([id, state, sweep?.state]).toEqual([id, state, state === 'done' ? 'done' : expect.stringMatching(state === 'reported' ? /^(interrupted|done)$/ : /^interrupted$/)])
      if (state === 'begun') continue
      expect([(await store.silence({ id }))?.until, (await store.schedule({ id }))?.body, (await store.listAudit({ action: id, limit: 2 })).items.length]).toEqual([expect.any(Number), { cron: '0 3 * * *' }, 1])
      if (state === 'written') continue
      expect(reports.map(report => report.findings[0]?.about)).toEqual([{ target: id }])
      expect((await store.snapshotsOf(`report-${id}`))[0]?.sights[0]?.records[0]?.stdout.startsWith(`${id} `)).toBe(true)
    }
    await store.close()
  }
  const database = new DatabaseSync(file)
  expect([database.prepare('PRAGMA integrity_check').all(), database.prepare('PRAGMA foreign_key_check').all()]).toEqual([[{ integrity_check: 'ok' }], []])
  database.close()
  expect(acknowledged.size).toBeGreaterThan(0)
})

test('a full disk: the writer is told, what was kept before stays readable', async () => {
  const disk = join(dir, 'small')
  mkdirSync(disk)
  // a mount namespace of its own: nothing is left mounted, however the test ends
  const child = spawn('unshare', ['-m', 'sh', '-c', `mount -t tmpfs -o size=1500k none ${disk} && exec ${process.execPath} ${writer} ${disk}/full.db 0`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await lines(child)
  const reported = said.filter(line => line.startsWith('reported')).length
  expect(reported).toBeGreaterThan(0)
  expect(said.slice(-2)).toEqual(['failed store-full', `readable ${reported}`])
  expect(child.exitCode).toBe(0)
})
