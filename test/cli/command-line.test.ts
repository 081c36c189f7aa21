import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { openApiBed } from '../api/bed.ts'
import { red, reportOf } from '../store/synthetic.ts'

async function run(argv: readonly string[], meet?: { url: string; tokenFile: string }) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCommandLine({ argv, environment: {}, stdout, stderr, checks, meet: () => meet, runController: async () => 7, runLab: async words => words.length, signal: new AbortController().signal })
  return { code, out: printed(stdout), err: printed(stderr) }
}

function printed(stream: PassThrough): string {
  let text = ''
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk)
  return text
}

test.each<[string, readonly string[], number]>([
  ['an unknown command', ['sweeep'], 64], ['an unknown option', ['sweep', '--bogus'], 64], ['a wrong format', ['sweep', '-o', 'xml'], 64], ['an unknown check', ['explain', 'nope'], 64], ['help', ['--help'], 0], ['lab words go to the lab', ['lab', 'fault', 'f03'], 2],
])('%s', async (_, argv, code) => {
  expect((await run(argv)).code).toBe(code)
})

test('explain tells why, fix, reads and source', async () => {
  expect((await run(['explain', 'target-rule-missing'])).out).toMatchInlineSnapshot(`
    "target-rule-missing (loss, judged per lb)
    why     Packets hashed to this target carry a mark that no rule matches; they take the main table, leave by eth0 and never reach it.
    fix     Compare the target with NSP and the load-balancer log; the rule is rebuilt when the target registers again (Meridio #575 before v1.2.1).
    reads   cluster: trench-config
            lb: nfqlb-streams
            lb: ip-rules
            lb: ip-routes
    explains target-unreachable, forward-lookup-astray
    source  Meridio troubleshooting guide, Nfqlb; catalogue L28
    "
  `)
})

test('checks are listed one a line', async () => {
  expect((await run(['checks'])).out.split('\n').length - 2).toBe(checks.length)
})

test('without a controller the error says how to start one, and the exit code is "could not look"', async () => {
  expect(await run(['sweep'])).toEqual({ code: 2, out: '', err: 'trenchscope: no controller runs on this machine\n  start one with: npm start (the lab), or: npx trenchscope controller (a cluster)\n' })
})

test('a sweep prints lines, or with -o json what the API returns', async () => {
  const report: SweepReport = { ...reportOf([], { at: 13 }), startedAt: 10 }
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-cli-'))
  const { api, close } = await openApiBed({ trenches: [red], checks, sweep: () => report })
  try {
    writeFileSync(join(dir, 'token'), 'secret\n')
    const meet = { url: api.url, tokenFile: join(dir, 'token') }
    expect(await run(['sweep', '-n', 'red'], meet)).toEqual({ code: 0, out: 'red  ok      0 judged by 0 checks, 0 unknown, 3 ms\n', err: '' })
    expect(JSON.parse((await run(['sweep', '-o', 'json'], meet)).out)).toMatchObject({ reports: [{ id: report.id }] })
    expect((await run(['trenches'], meet)).out).toBe('CLUSTER  NAMESPACE  TRENCH  LB  PROXY  TARGET\nlab      red        red     1   0      0\n')
    expect((await run(['probes'], meet)).out).toBe('POD       CONTAINER         VERSION  STATE      RSS   CPU\nred/lb-1  trenchscope-0001  0.1.0    connected  0 MB  2 ms\n')
  } finally {
    await close()
    rmSync(dir, { recursive: true })
  }
})
