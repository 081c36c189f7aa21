import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { packSnapshots, readSnapshots } from '#judge/snapshot-file.ts'
import { terminalLines } from '#judge/terminal-lines.ts'
import { pod, sight, snapshotOf } from './synthetic.ts'

const look = snapshotOf(await sight(pod('lb', 'lb-1'), { 'cat /words': 'a\nb\n' }))
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

test('what was packed is read as it was', () => {
  expect(readSnapshots(packSnapshots([look], 1700))).toEqual({ format: 'trenchscope.snapshots/1', savedAt: 1700, looks: JSON.parse(JSON.stringify([look])) })
})

test('its JSON, and what the API answers, are read too', () => {
  expect(readSnapshots(gunzipSync(packSnapshots([look], 1700))).savedAt).toBe(1700)
  expect(readSnapshots(bytes({ items: [look] })).looks).toHaveLength(1)
})

test.each([
  ['text', Buffer.from('hello'), 'not-a-snapshot'],
  ['broken gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), 'not-a-snapshot'],
  ['a number', bytes(7), 'not-a-snapshot'],
  ['an object without looks', bytes({ format: 'trenchscope.snapshots/1' }), 'not-a-snapshot'],
  ['a look without sights', bytes({ items: [{ format: 'trenchscope.snapshot/1', trench: { pods: [] } }] }), 'not-a-snapshot'],
  ['a file of another version', bytes({ format: 'trenchscope.snapshots/2', looks: [] }), 'other-format'],
  ['a look of another version', bytes({ items: [{ ...look, format: 'trenchscope.snapshot/9' }] }), 'other-format'],
])('%s is refused', (_, file, code) => {
  expect(() => readSnapshots(file)).toThrow(expect.objectContaining({ name: 'SnapshotFileError', code }))
})

test('a pod\'s terminal as it was recorded', async () => {
  const bad = { argv: ['ping', '-c', '1', 'x'], exitCode: 2, stdout: '', stderr: 'ping: x\n', startedAt: 0, ms: 1 }
  const never = { argv: ['nfqlb', 'flow-list'], exitCode: null, stdout: '', stderr: '', startedAt: 0, ms: 1, error: { code: 'timeout' as const, message: 'no answer' } }
  const [seen] = look.sights
  const all = { ...look, takenAt: Date.UTC(2026, 10, 21), sights: [{ ...seen!, records: [...seen!.records, bad, never] }] }
  const lines = ['$ cat /words', 'a', 'b', '$ ping -c 1 x', 'ping: x', '# exit code 2', '$ nfqlb flow-list', '# timeout: no answer']
  expect(terminalLines(all, 'lb-1').slice(1)).toEqual(lines)
  expect(terminalLines(all, 'lb-1')[0]).toMatch(/^# .*\/lb-1, 2026-11-21T00:00:00.000Z$/)
  expect(terminalLines(all, 'lb-2')).toEqual([])
})
