import { fixture } from '../../../fixture.ts'
import type { World } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'

/** A recorded situation of BIRD with the log of its time; without a rotation. */
export function situationWithLog(version: string, name: string, spec?: Parameters<typeof situation>[2]): World {
  const world = situation(version, name, spec)
  return {
    ...world,
    synthetic: (pod, argv) => (pod === 'lb-1' && argv.join(' ') === 'cat /var/log/bird.log' ? { stdout: fixture(`bird/${version}/${name}/bird.log`), exitCode: 0 } : world.synthetic?.(pod, argv)),
  }
}

/** Synthetic: another text of lb-1's log, or none at all. */
export const log = (text: string | undefined): Pick<World, 'synthetic'> => ({
  synthetic: (pod, argv) => {
    if (pod !== 'lb-1' || argv[0] !== 'cat' || argv[1] !== '/var/log/bird.log') return undefined
    return text === undefined ? { stdout: '', exitCode: null, error: { code: 'not-found', message: 'cat /var/log/bird.log: No such file or directory' } } : { stdout: text, exitCode: 0 }
  },
})
