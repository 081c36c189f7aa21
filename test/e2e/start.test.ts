import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registeredLabs, type LabRecord } from '../lab/trench/record.ts'
import { type Child, Shell } from './child.ts'
import { leftOf, tracesOf } from './leftovers.ts'

let shell: Shell
beforeAll(() => { shell = new Shell() })
afterAll(() => shell.close())

const start = (...words: string[]) => shell.start([process.execPath, 'bin/start.ts', ...words])

/** The lab that a start brought up: its owner is a child of that process. */
function labOf({ pid }: Child) {
  const lab = registeredLabs().find(({ dir }) => {
    try {
      const { owner } = JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as LabRecord
      return readFileSync(`/proc/${owner.pid}/status`, 'utf8').includes(`\nPPid:\t${pid}\n`)
    } catch {
      return false // of another, and going
    }
  })
  if (!lab) throw new Error(`process ${pid} has no lab`)
  return { lab, before: tracesOf(lab) }
}

test('--once sweeps a fresh trench, prints that all is ok, ends with 0 and leaves nothing', async () => {
  const once = start('--once')
  await once.said(/injecting a probe into every pod/)
  const { lab, before } = labOf(once)
  const { code, stdout } = await once.ended
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^red +ok +\d+ judged by \d+ checks, 0 unknown, \d+ ms\n$/)])
  expect(leftOf(before, lab)).toEqual([])
})

test.each([
  ['while the lab comes up', /namespaces, processes and API server are up/],
  ['while it sweeps', /injecting a probe into every pod/],
])('Ctrl-C %s removes everything', async (_when, moment) => {
  const child = start()
  await child.said(moment)
  const { lab, before } = labOf(child)
  child.kill('SIGINT')
  expect((await child.ended).signal).toBeNull()
  expect(leftOf(before, lab)).toEqual([])
})
