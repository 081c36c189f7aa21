import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { kustomized } from '../../deploy/kustomize.ts'
import { metricFamilies } from '../../controller/api/metrics.ts'
import { type ApiBed, openApiBed } from '../api/bed.ts'

interface Dashboard { readonly panels: readonly { readonly id: number; readonly title: string; readonly gridPos: { x: number; y: number; w: number; h: number }; readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[] }[] }

const objects = kustomized('overlays/everything')
const ofKind = (kind: string) => objects.find(object => object.kind === kind)
const { groups } = ofKind('PrometheusRule')?.['spec'] as { groups: { name: string; rules: { expr: string }[] }[] }
const dashboard = JSON.parse((objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'dashboard')?.['data'] as Record<string, string>)['trenchscope.json'] ?? '') as Dashboard
const expressions = { alerts: groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)), panels: dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)) }

let bed: ApiBed
beforeAll(async () => { bed = await openApiBed() })
afterAll(() => bed.close())

/** Every series a controller serves, by the name Prometheus keeps it under, with its labels' names. */
async function served(): Promise<Map<string, ReadonlySet<string>>> {
  const backend = { trenches: () => [], probes: () => [], health: () => ({ problems: [], counters: { 'refused.key-wrong': 1 } }) }
  const store = { countFindings: async () => [{ check: 'x', severity: 'loss' as const, state: 'open' as const, count: 1 }], bytesUsed: async () => 1 }
  const families = await metricFamilies({ backend, runs: bed.runs, store })
  return new Map(families.flatMap(({ name, type, samples }) => (type === 'histogram' ? ['_bucket', '_count', '_sum'] : [type === 'counter' ? '_total' : ''])
    .map(suffix => [`${name}${suffix}`, new Set([...samples.flatMap(({ labels = {} }) => Object.keys(labels)), ...(suffix === '_bucket' ? ['le'] : [])])] as const)))
}

describe.each(Object.entries(expressions))('%s', (_which, each) => {
  test('speak of series that the controller serves, and of labels they have', async () => {
    const known = await served()
    const selectors = each.flatMap(expression => [...expression.matchAll(/(trenchscope_\w+)(?:\{([^}]*)\})?/g)])
    expect(selectors.length).toBeGreaterThanOrEqual(each.length)
    expect(selectors.filter(([, name = '', matchers = '']) => !known.has(name) || [...matchers.matchAll(/(\w+)=/g)].some(([, label = '']) => !known.get(name)?.has(label))).map(([text]) => text)).toEqual([])
    const grouped = each.flatMap(expression => [...expression.matchAll(/by \((\w+)\).*?(trenchscope_\w+)/g)])
    expect(grouped.filter(([, label = '', name = '']) => !known.get(name)?.has(label)).map(([text]) => text)).toEqual([])
  })

  test('are PromQL to promtool, where it is', context => {
    if (spawnSync('promtool', ['--version']).error) return context.skip('no promtool on this machine: apt-get install prometheus')
    const folder = mkdtempSync(join(tmpdir(), 'trenchscope-rules-'))
    try {
      writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: [...groups, { name: 'expressions', rules: each.map((expr, index) => ({ record: `expression_${index}`, expr })) }] }))
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', join(folder, 'rules.yaml')], { encoding: 'utf8' })
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('panels lie side by side: none covers another, none is wider than the page', () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`))
  expect(cells.length).toBe(new Set(cells).size)
  expect(cells.filter(cell => Number(cell.split(',')[0]) > 23)).toEqual([])
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
})
