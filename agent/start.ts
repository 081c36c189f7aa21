import { facts } from '#facts/registry.gen.ts'
import { Captures } from './captures/capture.ts'
import { NfqlbTraces } from './captures/nfqlb/session.ts'
import { readEnvironment } from './environment.ts'
import { LinkLog } from './link-log.ts'
import { createObserver } from './observe.ts'
import { type Identity, Probe } from './probe.ts'
import { createRunner, imagePath } from './run.ts'

/** Puts the probe together and runs it until the process ends. `fatal` prints what nobody else can be told. */
export async function start({ fatal, ...identity }: Identity & { fatal: (error: unknown) => void }): Promise<void> {
  const environment = readEnvironment(process.env)
  const log = new LinkLog()
  const runner = createRunner({ log })
  const observer = createObserver({ facts, runner, now: Date.now })
  const nfqlb = new NfqlbTraces({ ask: args => runner.askNfqlb(args), path: imagePath(), folders: ['/dev', '/run'], proc: '/proc', shm: '/dev/shm' })
  const close = async (options: { podDeletion?: boolean }): Promise<void> => {
    // of a pod that is being deleted the load balancer goes, too
    await (options.podDeletion ? undefined : nfqlb.close())
    await runner.close(options)
  }
  const probe = new Probe({ environment, identity, observer, captures: new Captures(imagePath(), { nfqlb }), facts, log, close })
  void nfqlb.undoLeftovers()
  const broken = (error: unknown): void => {
    fatal(error)
    void probe.leave('failed', 'the probe broke', { exitCode: 70 })
  }
  process.on('uncaughtException', broken)
  process.removeAllListeners('SIGTERM')
  process.on('SIGTERM', () => void probe.leave('leaving', 'the pod is being deleted', { podDeletion: true }))
  await probe.run()
}
