import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/kernel-scan-late.ts'
import { say } from '../recorded-trench.ts'

const bird3 = { variant: 'bird-3.1.4' }
const config = (from: RegExp, to: string) => ({ ...bird3, edit: { pod: 'lb-1', command: 'cat /etc/bird/bird-fe-meridio.conf', from, to } })
const other = 'lb-2: not-applicable: BIRD 2.14 does not wait for the scan'

test('BIRD 3 is told to scan often', async () => {
  expect(await say(check, bird3)).toEqual([other])
})

test('a configuration without scan time, as of Meridio v1.2.6', async () => {
  expect(await say(check, config(/ scan time 10;/g, ''))).toEqual(['lb-1: BIRD looks at table 4096 every 60 s', other])
  expect(await say(check, config(/scan time 10;/, 'scan time 30;'))).toEqual(['lb-1: BIRD looks at table 4096 every 30 s', other])
})

test('BIRD 2 does not need it', async () => {
  expect(await say(check)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: BIRD 2.14 does not wait for the scan`))
})

test('a configuration in no volume is not judged, and one that cannot be read is unknown', async () => {
  const fails = (code: 'not-found' | 'failed') => ({ ...bird3, synthetic: (pod: string, argv: readonly string[]) => (pod === 'lb-1' && argv[1]?.startsWith('/etc/bird') ? { stdout: '', exitCode: null, error: { code, message: 'cat: no' } } : undefined) })
  expect(await say(check, fails('not-found'))).toEqual(['lb-1: not-applicable: no volume shows the probe BIRD\'s configuration: cat: no', other])
  expect(await say(check, fails('failed'))).toEqual(['lb-1: unknown: cat: no', other])
})
