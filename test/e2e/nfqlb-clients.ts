import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { PodName } from '../lab/trench/topology.ts'
import type { Bed } from '../lab/bed.ts'
import { probeOf } from './trench-bed.ts'

/** PIDs of the `nfqlb flow-list` clients in a probe's container: processes in its PID namespace, on this machine's numbering. */
export function nfqlbClientsOf(bed: Bed, name: PodName): number[] {
  const { pid } = probeOf(bed, name)
  const namespace = namespaceOf(String(pid))
  return readdirSync('/proc').filter(entry => /^\d+$/.test(entry) && namespaceOf(entry) === namespace && isClient(entry)).map(Number)
}

/** Connections to the flow socket of a load balancer that it has not closed yet. Format: proc_net_unix(5), state 03 is connected. */
export function connectionsTo(bed: Bed, name: PodName): number {
  const sockets = readFileSync(`/proc/${bed.lab.trench.pid(name, 'nfqlb')}/net/unix`, 'latin1')
  return sockets.split('\n').filter(line => / 03 +\d+ @nfqlb$/.test(line)).length
}

function isClient(pid: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.some(word => /(^|\/)nfqlb$/.test(word)) && words.includes('flow-list')
  } catch {
    return false
  }
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}
