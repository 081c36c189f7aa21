import type { AnyFact } from '#facts/fact.ts'
import { attachedNetworks } from './attached-networks.ts'
import { configMapWritten } from './config-map-written.ts'
import { connectivityGates } from './connectivity-gates.ts'
import { controlPods } from './control-pods.ts'
import { meshEndpoints } from './mesh-endpoints.ts'
import { meshPods } from './mesh-pods.ts'
import { operatorPods } from './operator-pods.ts'
import { podMarks } from './pod-marks.ts'
import { podWarnings } from './pod-warnings.ts'
import { trenchConfig } from './trench-config.ts'
import { trenchNodes } from './trench-nodes.ts'
import { trenchPods } from './trench-pods.ts'
import { unreadyLogs } from './unready-logs.ts'
import { volumeClaims } from './volume-claims.ts'

/** What is asked of the Kubernetes API. */
export const clusterFacts: readonly AnyFact[] = [attachedNetworks, configMapWritten, connectivityGates, controlPods, meshEndpoints, meshPods, operatorPods, podMarks, podWarnings, trenchConfig, trenchNodes, trenchPods, unreadyLogs, volumeClaims]
