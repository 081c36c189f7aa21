import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { junitOf } from '../../../controller/api/formats/junit.ts'
import { exposition } from '../../../controller/api/formats/openmetrics.ts'
import { sarifOf } from '../../../controller/api/formats/sarif.ts'
import { viewOf } from '../../../controller/api/checks.ts'
import { markSilenced } from '../../../controller/api/silenced.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { blue, findingOf, red, reportOf } from '../../store/synthetic.ts'
import { openApiBed } from '../bed.ts'
import { parseOpenMetrics } from './openmetrics-parser.ts'

const nasty = { ...findingOf('bad-word', { severity: 'outage' }), text: 'a <b> & "c" \u0000 \ud800 end', evidence: [{ ...findingOf('bad-word').evidence[0]!, excerpt: ']]> <x>' }] }
const silence = { id: 'q1', trench: red.id, namespace: 'red', check: 'known', reason: 'CASE-7', by: 'anna', createdAt: 0, until: 2000 }
const report = markSilenced(reportOf([nasty, findingOf('known'), findingOf('flap', { flapping: true, severity: 'risk' })], { unknown: ['blind'], id: 'r1' }), [silence])
const healthy = { ...reportOf([], { trench: blue, id: 'r2' }), verdicts: [{ check: 'bad-word', subject: blue.pods[0]!, severity: 'loss' as const, verdict: 'ok' as const, unseen: [], findings: [] }, { check: 'bgp', subject: blue.pods[0]!, severity: 'loss' as const, verdict: 'not-applicable' as const, reason: 'no IPv6 VIP', unseen: [], findings: [] }] }

/** What an XML parser that is not ours (expat) makes of it. */
function parsed(xml: string): unknown {
  const script = `import sys, json, xml.etree.ElementTree as E
def tree(e): return [e.tag, e.attrib, (e.text or '').strip(), [tree(c) for c in e]]
print(json.dumps(tree(E.fromstring(sys.stdin.buffer.read()))))`
  return JSON.parse(execFileSync('python3', ['-c', script], { input: xml, encoding: 'utf8' }))
}

describe('JUnit XML', () => {
  test('says fail and flapping as failure, unknown as error, silenced and not applicable as skipped', () => {
    const [tag, attributes, , suites] = parsed(junitOf([report, healthy])) as [string, object, string, [string, object, string, [string, { name: string }, string, [string, object, string][]][]][]]
    expect([tag, attributes]).toEqual(['testsuites', { name: 'trenchscope', tests: '6', failures: '2', errors: '1', time: '0.020' }])
    expect(suites.map(([, suite]) => suite)).toEqual([
      { name: 'lab/red/red', id: 'r1', tests: '4', failures: '2', errors: '1', skipped: '1', time: '0.010', timestamp: '1970-01-01T00:00:00' },
      { name: 'lab/blue/blue', id: 'r2', tests: '2', failures: '0', errors: '0', skipped: '1', time: '0.010', timestamp: '1970-01-01T00:00:00' },
    ])
    expect(suites.flatMap(([, , , cases]) => cases.map(([, { name }, , outcome]) => [name, outcome[0]?.[0] ?? 'passed', outcome[0]?.[1]]))).toEqual([
      ['bad-word red/lb-1', 'failure', { message: 'a <b> & "c" � � end', type: 'outage' }],
      ['known red/lb-1', 'skipped', { message: 'silenced: CASE-7' }],
      ['flap red/lb-1', 'failure', { message: 'target-1 is bad', type: 'risk' }],
      ['blind red/lb-1', 'error', { message: 'no probe', type: 'unknown' }],
      ['bad-word blue/lb-1', 'passed', undefined],
      ['bgp blue/lb-1', 'skipped', { message: 'no IPv6 VIP' }],
    ])
  })

  test('carries why, fix and the recorded line of each finding', () => {
    const failure = (parsed(junitOf([report])) as any[])[3][0][3][0][3][0][2]
    expect(failure).toBe('outage: a <b> & "c" � � end\nwhy: why\nfix: fix\nred/lb-1$ cat /words:1  ]]> <x>')
  })
})

describe('SARIF', () => {
  const sarif = JSON.parse(JSON.stringify(sarifOf([report, healthy], [], '0.1.0')))

  test('has a result per finding, with its key as fingerprint and the recorded line', () => {
    expect(sarif.version).toBe('2.1.0')
    expect(sarif.runs[0].results.map((result: any) => [result.ruleId, result.level, result.fingerprints['trenchscope/key/v1'], result.suppressions?.[0].justification])).toEqual([
      ['bad-word', 'error', nasty.key, undefined], ['known', 'error', findingOf('known').key, 'CASE-7'], ['flap', 'warning', findingOf('flap').key, undefined],
    ])
    expect(sarif.runs[0].results[0].relatedLocations[0].physicalLocation.region).toEqual({ startLine: 1, snippet: { text: ']]> <x>' } })
  })

  test('says that what could not be looked at was not: the run is not successful', () => {
    expect(sarif.runs.map((run: any) => [run.invocations[0].executionSuccessful, run.invocations[0].toolExecutionNotifications.map((notification: any) => notification.message.text)])).toEqual([[false, ['red/lb-1: no probe']], [true, []]])
  })

  test('every rule index points at the rule of that id, in the whole catalogue', () => {
    const [run] = JSON.parse(JSON.stringify(sarifOf([reportOf(checks.map(check => findingOf(check.id, { severity: check.severity })))], checks.map(viewOf), '0.1.0'))).runs
    expect(run.results).toHaveLength(checks.length)
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]).toMatchObject({ id: result.ruleId, defaultConfiguration: { level: result.level } })
  })
})

describe('/metrics', () => {
  test('is OpenMetrics where that is accepted, and the older text elsewhere', async () => {
    const bed = await openApiBed({ sweep: trench => reportOf([findingOf('bad-word', { trench })], { trench, id: crypto.randomUUID() }) })
    try {
      await bed.client.sweep({})
      const get = async (accept: string) => {
        const response = await fetch(`${bed.api.url}/metrics`, { headers: { accept } })
        return [response.headers.get('content-type'), await response.text()] as const
      }
      const [type, text] = await get('application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5')
      expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
      const families = parseOpenMetrics(text)
      expect(families.map(({ name, type }) => `${type} ${name}`)).toMatchInlineSnapshot(`
        [
          "gauge trenchscope_findings",
          "gauge trenchscope_trenches",
          "gauge trenchscope_probes",
          "gauge trenchscope_sweeps_running",
          "counter trenchscope_sweeps",
          "counter trenchscope_verdicts",
          "histogram trenchscope_trench_sweep_seconds",
          "counter trenchscope_link_events",
          "gauge trenchscope_problems",
          "gauge trenchscope_store_bytes",
        ]
      `)
      expect(families[0]?.samples).toEqual([{ name: 'trenchscope_findings', labels: { check: 'bad-word', severity: 'loss', state: 'open' }, value: 2 }])
      expect(text).not.toMatch(/red|blue|lb-1/)
      const [plainType, plain] = await get('text/plain')
      expect([plainType, plain.includes('# TYPE trenchscope_sweeps_total counter'), plain.includes('# EOF')]).toEqual(['text/plain; version=0.0.4; charset=utf-8', true, false])
    } finally {
      await bed.close()
    }
  })

  test('escapes what a label value may hold', () => {
    const text = exposition([{ name: 'x', type: 'gauge', help: 'a \\ b\nc', samples: [{ labels: { a: 'q"\\\n' }, value: Infinity }] }], 'openmetrics')
    expect(parseOpenMetrics(text)).toEqual([{ name: 'x', type: 'gauge', help: 'a \\\\ b\\nc', samples: [{ name: 'x', labels: { a: 'q"\\\n' }, value: Infinity }] }])
  })

  test.each([
    ['no end', '# HELP a b\n# TYPE a gauge\na 1\n'], ['a sample of another family', '# HELP a b\n# TYPE a gauge\nc 1\n# EOF\n'], ['a counter without its suffix', '# HELP a b\n# TYPE a counter\na 1\n# EOF\n'],
    ['a sample twice', '# HELP a b\n# TYPE a gauge\na 1\na 2\n# EOF\n'], ['falling buckets', '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n'],
  ])('the parser of this test refuses %s', (_, text) => {
    expect(() => parseOpenMetrics(text)).toThrow(SyntaxError)
  })
})
