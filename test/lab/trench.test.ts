import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordedDifferences, recordedTextDifferences } from './recorded-differences.ts'
import { activeFaults, faultNamed, healAll, healFault, injectFault } from './trench/faults/index.ts'
import type { TrenchLab } from './trench/lab.ts'
import { labObstacle } from './trench/programs.ts'
import { cleanStale } from './trench/remove.ts'
import { processesIn, processStart } from './trench/system.ts'
import { places } from './trench/shapes.ts'
import { lossIn, lossOf } from './trench/traffic.ts'
import { openTrench, startTrench } from './trench/trench.ts'

const obstacle = labObstacle()
const allTargets = ['tg-1', 'tg-2', 'tg-3', 'tg-4']

describe.skipIf(obstacle !== undefined)(`a trench on this machine${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`, () => {
  let lab: TrenchLab
  beforeAll(async () => {
    lab = await startTrench()
    await lab.waitHealthy()
  })
  afterAll(() => lab?.close())

  test('carries TCP and UDP of both families to all four targets and back', async () => {
    const long = await lab.traffic('long')
    const datagrams = await lab.traffic('udp')
    expect({ tcp: lossIn(long), udp: lossIn(datagrams) }).toEqual({ tcp: [], udp: [] })
    expect([long.v4, long.v6, datagrams.v4, datagrams.v6].map(tally => Object.keys(tally))).toEqual([allTargets, allTargets, allTargets, allTargets])
  })

  test('spreads the client over both load balancers, which count every packet in their queues', async () => {
    const before = queued(lab)
    await lab.traffic()
    const after = queued(lab)
    expect(after.map((count, index) => count > before[index]!)).toEqual([true, true])
  })

  test('gives the kubelet double the namespaces, shared memory and volumes of a pod by either name', () => {
    const sandbox = lab.sandboxOf('stateless-lb-frontend-attr1-5785674d6-46qjc')
    expect(sandbox).toEqual(lab.sandboxOf('lb-1'))
    expect(readdirSync(sandbox.shmDir!).sort()).toEqual(['ftshm', 'nfqlb-trace', 'tshm-stream1'])
    expect(Object.keys(sandbox.volumes!)).toEqual(['tmp-lb', 'tmp-fe', 'run', 'etc', 'log', 'lb-socket', 'spire-agent-socket', 'nsm-socket'])
    expect(existsSync(join(sandbox.volumes!['run']!, 'bird.ctl'))).toBe(true)
    expect(processesIn([String(sandbox.netns)])).toContain(sandbox.holderPid)
  })

  test('answers as the recorded trench does, in every pod', async () => {
    await expect.poll(() => recordedDifferences(lab), { timeout: 15_000 }).toEqual([]) // link-local addresses come up to 2 s late
    expect([...await recordedTextDifferences(lab, 'lb-1'), ...await recordedTextDifferences(lab, 'lb-2')]).toEqual([])
  })

  test('names a host as its pod', async () => {
    expect(await lab.exec('px-b', ['hostname'])).toBe('proxy-load-balancer-q6n5n\n')
  })

  test.each([
    ['f03-fwmark-rule-missing', 'long', { v4: 'lossy', v6: 'well' }],
    ['f22-proxy-vip-rule-missing', 'short', { v4: 'lossy', v6: 'well' }],
    ['f09-flow-wrong-port', 'short', { v4: 'dead', v6: 'dead' }],
    ['f11-nfqlb-dead', 'short', { v4: 'lossy', v6: 'lossy' }],
    ['f07-target-not-activated', 'short', { v4: 'well', v6: 'well' }],
  ] as const)('%s hurts traffic as recorded, and healing ends it', async (id, form, expected) => {
    const fault = faultNamed(id)
    await injectFault(lab, fault)
    const { v4, v6 } = await lab.traffic(form)
    expect({ v4: felt(lossOf(v4)), v6: felt(lossOf(v6)) }).toEqual(expected)
    await healFault(lab, fault)
    expect({ loss: lossIn(await lab.traffic()), active: activeFaults(lab) }).toEqual({ loss: [], active: [] })
  })

  test('f15 ends one BGP session with the recorded reason, and healing does not wait for the timers of BIRD', async () => {
    await injectFault(lab, faultNamed('f15'))
    await expect.poll(() => lab.birdc('lb-1', 'show protocols'), { timeout: 15_000 }).toMatch(/NBR-gateway1 .* BGP Error: Bad peer AS/)
    await healFault(lab, faultNamed('f15'), { timeoutMs: 15_000 })
  })

  test('another process can break and mend it', async () => {
    const other = openTrench(lab.dir)
    await injectFault(other, faultNamed('f01'))
    expect(activeFaults(lab).map(({ id }) => id)).toEqual(['f01-app-not-listening'])
    expect(Object.keys((await lab.traffic('long')).v4)).toEqual(['refused', 'tg-1', 'tg-3', 'tg-4'])
    expect((await healAll(other)).map(({ id }) => id)).toEqual(['f01-app-not-listening'])
    other.close()
    expect(lossIn(await lab.traffic())).toEqual([])
  })

  test('refuses a fault that is there already and a name that is none', async () => {
    await injectFault(lab, faultNamed('f21'))
    await expect(injectFault(lab, faultNamed('f21-proxy-nexthop-missing'))).rejects.toThrow('f21-proxy-nexthop-missing is there already')
    await healAll(lab)
    expect(() => faultNamed('f99')).toThrow('no fault f99; npx trenchscope lab faults lists them')
  })

  test('says what is missing when it does not get ready', async () => {
    await injectFault(lab, faultNamed('f17'))
    await expect(lab.waitReady({ timeoutMs: 300 })).rejects.toThrow('the lab is not ready after 300 ms: lb-1: BIRD has no VIP4; lb-1: BIRD has no VIP6')
    await healAll(lab)
  })

  test('stands beside a second one, and leaves nothing when it goes', async () => {
    const second = await startTrench()
    try {
      await second.waitHealthy()
      expect(lossIn(await lab.traffic())).toEqual([])
    } finally {
      const processes = processesIn(places.map(place => `/run/netns/tsl${second.id}-${place}`))
      second.close()
      second.close()
      expect({ before: processes.length > 0, after: leftovers(second, processes) }).toEqual({ before: true, after: [] })
    }
    expect(lossIn(await lab.traffic())).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('goes with its owner at %s', async name => {
    const owner = await otherOwner()
    process.kill(owner.pid, name)
    expect(await owner.end).toEqual([null, name])
    expect(leftovers(owner.lab, owner.processes)).toEqual([])
  })

  test('is removed by the next start when its owner was killed', async () => {
    const owner = await otherOwner()
    process.kill(owner.pid, 'SIGKILL')
    await owner.end
    expect(cleanStale()).toContain(owner.lab.id)
    expect(leftovers(owner.lab, owner.processes)).toEqual([])
    expect(leftovers(lab, [])).not.toEqual([])
  })

  test('leaves nothing when it cannot start', async () => {
    const id = `x${process.pid % 100_000}`
    await expect(startTrench({ id, nfqlb: '/no/such/nfqlb' })).rejects.toThrow(/^lb-[12]: nfqlb ended: .*\/no\/such\/nfqlb/)
    expect(leftovers({ id, dir: join(tmpdir(), `tsl-${id}`) }, [])).toEqual([])
  })
})

const felt = (loss: number): string => (loss === 0 ? 'well' : loss === 1 ? 'dead' : 'lossy')

/** Packets each load balancer's queues have seen; the last but one column is the id sequence. */
function queued(lab: TrenchLab): number[] {
  return (['lb-1', 'lb-2'] as const).map(lb => {
    const text = readFileSync(`/proc/${lab.sandboxOf(lb).holderPid}/net/netfilter/nfnetlink_queue`, 'utf8')
    return text.trim().split('\n').reduce((sum, line) => sum + Number(line.trim().split(/\s+/).at(-2)), 0)
  })
}

/** What of a lab is still on this machine. */
function leftovers({ id, dir }: { readonly id: string; readonly dir: string }, processes: readonly number[]): string[] {
  return [
    ...(existsSync('/run/netns') ? readdirSync('/run/netns').filter(name => name.startsWith(`tsl${id}-`)) : []),
    ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(line => line.includes(`${dir}/`)),
    ...processes.filter(pid => processStart(pid) !== undefined).map(pid => `process ${pid}`),
    ...[dir, `/run/trenchscope-lab/${id}`].filter(path => existsSync(path)),
  ]
}

/** A lab that belongs to another Node process. */
async function otherOwner() {
  const trench = join(import.meta.dirname, 'trench/trench.ts')
  const script = `const { startTrench } = await import(${JSON.stringify(trench)}); const lab = await startTrench(); console.log(JSON.stringify({ id: lab.id, dir: lab.dir })); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const end = once(child, 'exit')
  const [line] = await Promise.race([once(child.stdout, 'data'), end.then(([code]) => { throw new Error(`the owner ended with ${code}`) })])
  const lab = JSON.parse(String(line)) as { id: string; dir: string }
  return { pid: child.pid!, end, lab, processes: processesIn(places.map(place => `/run/netns/tsl${lab.id}-${place}`)) }
}
