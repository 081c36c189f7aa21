import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findBird } from '../birds/birds.ts'
import { loadStream, waitForQueues } from './balancer.ts'
import { startDaemon, writeBirdConfigs } from './daemons.ts'
import { ipBatch } from './ip.ts'
import { TrenchLab } from './lab.ts'
import { nftTables } from './netfilter.ts'
import { deviceLines, linkLines, primaryLinkLines, stateLines, sysctlsOf } from './plumbing.ts'
import { findNfqlb, findPython } from './programs.ts'
import { type LabRecord, netnsOf, readRecord, registerLab, writeRecord } from './record.ts'
import { cleanStale, removeLab } from './remove.ts'
import { inNamespaces, startSandboxes } from './sandbox.ts'
import { allEnded, command, processStart } from './system.ts'
import { loadBalancersIn, placesOf, shapeOf, type ShapeName, topologyAt } from './shapes.ts'
import { outsideOf, type Place } from './topology.ts'

export interface TrenchOptions {
  /** part of every namespace's name; 1 to 8 lower case letters and digits; default random */
  readonly id?: string
  /** the lab's folder, must not exist, not below /run; removed with the lab; default in the temporary folder */
  readonly dir?: string
  /** default `standard` */
  readonly shape?: ShapeName
  /** program; default: NFQLB, a real one on PATH, the double */
  readonly nfqlb?: string
  /** program or version (birds.ts), of load balancers and gateways; default: BIRD, the machine's own */
  readonly bird?: string
  /** SIGINT and SIGTERM remove the lab; false: the caller does it by `close()`. It always goes when the process exits. Default true */
  readonly removeOnSignal?: boolean
}

/**
 * Starts a whole Meridio trench on this machine (meridio.md §9.1) in one of the `shapes`; standard: two LB/FE, two proxies, four targets, gateway, client, both families;
 * with real BIRD, policy routing, NFQUEUE and traffic. Resolves when all is started; `waitReady` waits for BGP. Removes what dead labs left first.
 * @throws {Error} what could not be done; then nothing is left behind
 */
export async function startTrench(options: TrenchOptions = {}): Promise<TrenchLab> {
  cleanStale()
  const id = options.id ?? randomBytes(3).toString('hex')
  const dir = resolve(options.dir ?? join(tmpdir(), `tsl-${id}`))
  if (/^(\/var)?\/run\//.test(dir)) throw new Error(`${dir}: a lab's folder cannot be below /run, its containers have their own /run`)
  registerLab(id, dir)
  const release = removeAtEnd({ id, dir }, options.removeOnSignal ?? true)
  try {
    const python = await findPython()
    const record: LabRecord = { id, dir, shape: options.shape ?? 'standard', owner: { pid: process.pid, start: processStart(process.pid)! }, nfqlb: findNfqlb(python, options.nfqlb), python, bird: findBird(options.bird), holders: {} }
    for (const folder of ['.', 'log', 'run', 'faults']) mkdirSync(join(dir, folder), { recursive: folder === '.' })
    writeRecord(record)
    return await build(record, release)
  } catch (error) {
    removeLab({ id, dir })
    release()
    throw error
  }
}

/** The lab in `dir`, started by another process, to look at it or to break and mend it. Its `close()` leaves it running. @throws {Error} when there is none */
export function openTrench(dir: string): TrenchLab {
  return new TrenchLab(readRecord(resolve(dir)), () => {})
}

async function build(bare: LabRecord, release: () => void): Promise<TrenchLab> {
  const netns = (place: Place) => netnsOf(bare.id, place)
  const shape = shapeOf(bare)
  const places = placesOf(shape)
  await ipBatch([...places.map(place => `netns add ${netns(place)}`), ...primaryLinkLines(shape, netns)])
  const [holders] = await allEnded([startSandboxes(bare), ...places.map(place => initialise(bare, place))])
  const record = { ...bare, holders }
  writeRecord(record)
  await ipBatch(linkLines(shape, netns))
  await allEnded(places.map(place => ipBatch([...deviceLines(shape, place), ...stateLines(shape, place)], { netns: netns(place) })))
  const lab = new TrenchLab(record, () => {
    removeLab(record)
    release()
  })
  writeBirdConfigs(record)
  for (const topology of shape) {
    startDaemon(record, outsideOf(topology)[1], 'bird')
    for (const { pod } of topology.targets) startDaemon(record, pod, 'app')
  }
  await allEnded(loadBalancersIn(shape).map(async lb => {
    startDaemon(record, lb, 'bird')
    startDaemon(record, lb, 'nfqlb')
    await lab.nft(lb, Object.values(nftTables(topologyAt(shape, lb))).join(''))
    await lab.queueToNfqlb(lb)
    await waitForQueues(record, lb)
    await loadStream(record, lb)
  }))
  return lab
}

/** The init container. */
async function initialise(record: LabRecord, place: Place): Promise<void> {
  const sysctls = sysctlsOf(shapeOf(record), place)
  if (sysctls.length > 0) await command(inNamespaces(record, place, ['sysctl', '-qw', ...sysctls]))
}

function removeAtEnd(lab: { id: string; dir: string }, onSignal: boolean): () => void {
  const onExit = () => removeLab(lab)
  const onEnd = (name: NodeJS.Signals) => {
    removeLab(lab)
    release()
    if (process.listenerCount(name) === 0) process.kill(process.pid, name)
  }
  const release = () => {
    process.off('exit', onExit)
    for (const name of signals) process.off(name, onEnd)
  }
  process.on('exit', onExit)
  if (onSignal) for (const name of signals) process.on(name, onEnd)
  return release
}
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
