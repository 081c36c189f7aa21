import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject, Pod } from '../apiserver/objects.ts'

const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/trench/cluster', file), 'utf8'))

/** The objects in test/fixtures/trench/cluster, as they are there. */
export const recorded = {
  customResources: (): KubeObject[] => (read('crs.json') as { items: KubeObject[] }).items,
  configMap: (): KubeObject => read('configmap.json') as KubeObject,
  pods: (): Pod[] => (read('pods.json') as { items: Pod[] }).items,
  /** what NSP's registry holds for the trench: targets and frontends */
  nspTargets: (): unknown[] => read('nsp-targets.json') as unknown[],
}
