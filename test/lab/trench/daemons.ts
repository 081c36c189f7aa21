import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { frontendConfig, gatewayConfig } from './bird-config.ts'
import { type LabRecord, netnsPath } from './record.ts'
import { inContainer, sandboxOf } from './sandbox.ts'
import { endProcess, processesIn, processStart, startDetached } from './system.ts'
import { shapeOf } from './shapes.ts'
import { loadBalancersOf, outsideOf, type Place } from './topology.ts'

/** The long-running program of a container: bird in LBs and gateway, nfqlb in LBs, app in targets. */
export type Daemon = 'bird' | 'nfqlb' | 'app'

/** The container of the pod spec that a daemon plays. */
export const containerOf: Readonly<Record<Daemon, string>> = { bird: 'frontend', nfqlb: 'stateless-lb', app: 'example-target' }

export const birdConfigOf = (place: Place): string => (place.startsWith('gw') ? 'gw.conf' : 'bird-fe-meridio.conf')
/** A file of a place's /etc/bird, as this machine sees it. */
export const birdConfigFile = (record: LabRecord, place: Place): string => join(sandboxOf(record, place).volumes['etc']!, birdConfigOf(place))

export function writeBirdConfigs(record: LabRecord): void {
  for (const topology of shapeOf(record)) {
    for (const lb of loadBalancersOf(topology)) writeFileSync(birdConfigFile(record, lb), frontendConfig(topology))
    writeFileSync(birdConfigFile(record, outsideOf(topology)[1]), gatewayConfig(topology))
  }
}

/** Starts a daemon in its container. Its PID is in `<dir>/run`, its output in `<dir>/log`. */
export function startDaemon(record: LabRecord, place: Place, daemon: Daemon): void {
  const argv = {
    bird: [record.bird.bird, '-d', '-c', `/etc/bird/${birdConfigOf(place)}`, '-s', '/run/bird/bird.ctl'],
    nfqlb: [...record.nfqlb, 'flowlb', '--promiscuous_ping', '--queue=0:3', '--qlength=1024', '--hash_mode=0'],
    app: [record.python, join(import.meta.dirname, 'app.py'), place],
  }[daemon]
  const pid = startDetached(inContainer(record, place, argv), join(record.dir, 'log', `${place}.${daemon}.log`))
  writeFileSync(pidFile(record, place, daemon), String(pid))
}

/** PID of a running daemon, undefined when it does not run. */
export function daemonPid(record: LabRecord, place: Place, daemon: Daemon): number | undefined {
  const pid = startedPid(record, place, daemon)
  return pid !== undefined && processesIn([netnsPath(record.id, place)]).includes(pid) ? pid : undefined
}

/** A daemon was started and has ended by itself. One that is just entering its pod has not. */
export function daemonEnded(record: LabRecord, place: Place, daemon: Daemon): boolean {
  const pid = startedPid(record, place, daemon)
  return pid !== undefined && processStart(pid) === undefined
}

/** Kills a daemon (SIGKILL) and waits until it is gone; nothing to do when it does not run. */
export async function endDaemon(record: LabRecord, place: Place, daemon: Daemon): Promise<void> {
  const pid = daemonPid(record, place, daemon)
  if (pid !== undefined) await endProcess(pid)
  rmSync(pidFile(record, place, daemon), { force: true })
}

function startedPid(record: LabRecord, place: Place, daemon: Daemon): number | undefined {
  try {
    return Number(readFileSync(pidFile(record, place, daemon), 'utf8'))
  } catch {
    return undefined // was never started, or was ended by endDaemon
  }
}

const pidFile = (record: LabRecord, place: Place, daemon: Daemon) => join(record.dir, 'run', `${place}.${daemon}.pid`)
