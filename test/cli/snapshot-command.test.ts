import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packSnapshots, readSnapshots } from '#judge/snapshot-file.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { openApiBed } from '../api/bed.ts'
import { pings, recordedTrench } from '../profiles/meridio/recorded-trench.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'trenchscope-snapshot-')) })
afterEach(() => rmSync(dir, { recursive: true }))

const healthy = await recordedTrench(meridio.checks, { synthetic: pings() })
const broken = await recordedTrench(meridio.checks, { fault: 'f03-fwmark-rule-missing', synthetic: pings() })

async function run(argv: readonly string[], meet?: { url: string; tokenFile: string }) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCommandLine({ argv: ['snapshot', ...argv], environment: {}, stdout, stderr, checks: meridio.checks, meet: () => meet, runController: async () => 7, runLab: async () => 7, signal: new AbortController().signal })
  return { code, out: String(stdout.read() ?? '').split('\n').slice(0, -1), err: String(stderr.read() ?? '') }
}

function file(name: string, ...looks: Parameters<typeof packSnapshots>[0]): string {
  const path = join(dir, name)
  writeFileSync(path, packSnapshots(looks, 0))
  return path
}

test('show lists what was looked at, and prints a pod\'s terminal', async () => {
  const saved = file('healthy.gz', healthy)
  const { out } = await run(['show', saved])
  expect(out[0]).toBe('TRENCH   TAKEN                     POD                                              ROLE     FACTS  COMMANDS  UNREACHABLE')
  expect(out).toHaveLength(1 + healthy.sights.length)
  const terminal = await run(['show', saved, 'proxy-load-balancer-5slff'])
  expect(terminal.out[0]).toBe('# red/proxy-load-balancer-5slff, 1970-01-01T00:00:00.000Z')
  expect(terminal.out).toContain('$ ip -j -4 rule')
  expect(await run(['show', saved, 'nobody'])).toEqual({ code: 64, out: [], err: `trenchscope: ${saved} holds no pod nobody\n` })
})

test('a recorded terminal commands none of ours, in colour or not', async () => {
  const hostile = { ...healthy, sights: healthy.sights.map(sight => ({ ...sight, records: sight.records.map(record => ({ ...record, stdout: `\x1b[8m${record.stdout}` })) })) }
  const { out } = await run(['show', file('hostile.gz', hostile), 'proxy-load-balancer-5slff'])
  expect(out.filter(line => line.includes('\x1b'))).toEqual([])
  expect(out.some(line => line.startsWith('\\u001b[8m'))).toBe(true)
})

test('judge says what the sweep would have said, with its exit codes', async () => {
  expect(await run(['judge', file('healthy.gz', healthy)])).toMatchObject({ code: 0, out: [expect.stringMatching(/^red {2}ok .* judged by \d+ checks, 0 unknown, 0 ms$/)] })
  const { code, out } = await run(['judge', file('broken.gz', broken)])
  expect(code).toBe(1)
  expect(out[0]).toMatch(/^red {2}loss .*target-rule-missing +stream1: target 172\.16\.1\.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058$/)
  expect(JSON.parse((await run(['judge', file('broken.gz', broken), '--json'])).out.join('\n'))).toMatchObject({ reports: [{ profile: 'meridio', trench: { name: 'red' } }] })
})

test('what the second look did not find again is flapping, what it did not read stands', async () => {
  const { out } = await run(['judge', file('healed.gz', broken, healthy)])
  expect(out[0]).toMatch(/^red {2}flapping .*target-rule-missing/)
  expect((await run(['judge', file('unread.gz', broken, { ...healthy, sights: [] })])).out[0]).toMatch(/^red {2}loss .*target-rule-missing/)
})

test('diff tells what changed, by check, subject and verdict', async () => {
  const [before, after] = [file('before.gz', healthy), file('after.gz', broken)]
  expect(await run(['diff', before, file('same.gz', healthy)])).toEqual({ code: 0, out: ['no difference'], err: '' })
  const { code, out } = await run(['diff', before, after])
  expect(code).toBe(1)
  expect(out.map(line => line.split(/ {2,}/).slice(2))).toEqual([
    ['forward-lookup-astray', 'ok → fail', 'stream1: packets to 10.0.0.1/32 for target 172.16.1.8 (fwmark 5058) would leave by eth0 to 10.244.1.1 (table main)'],
    ['target-rule-missing', 'ok → fail', 'stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058'],
  ])
  expect((await run(['diff', after, before])).out.map(line => line.split(/ {2,}/)[3])).toEqual(['fail → ok', 'fail → ok'])
})

test('save sweeps and keeps all that was seen; a kept sweep can be saved later', async () => {
  const bed = await openApiBed({ trenches: [healthy.trench], snapshots: [healthy] })
  try {
    writeFileSync(join(dir, 'token'), 'secret\n')
    const meet = { url: bed.api.url, tokenFile: join(dir, 'token') }
    const saved = join(dir, 'saved.gz')
    expect((await run(['save', saved, 'red'], meet)).out).toEqual([expect.stringMatching(/saved\.gz: 1 looks at 1 trenches, \d+ kB$/)])
    expect(readSnapshots(readFileSync(saved)).looks).toEqual(JSON.parse(JSON.stringify([healthy])))
    const [sweep] = await bed.client.sweeps()
    await run(['save', join(dir, 'later.gz'), '--sweep', sweep?.id ?? ''], meet)
    expect((await run(['diff', saved, join(dir, 'later.gz')])).out).toEqual(['no difference'])
  } finally {
    await bed.close()
  }
})

test('a file that is no snapshot is told by name', async () => {
  writeFileSync(join(dir, 'x'), 'hello')
  expect(await run(['judge', join(dir, 'x')])).toMatchObject({ code: 2, err: expect.stringMatching(/x: the file is neither a snapshot nor its JSON/) })
  expect(await run(['diff', join(dir, 'gone'), join(dir, 'x')])).toMatchObject({ code: 2, err: expect.stringMatching(/gone: ENOENT/) })
})
