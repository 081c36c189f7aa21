import { promises } from 'node:fs'
import { join } from 'node:path'
import { resolveBelow } from './below.ts'

/**
 * Places where BIRD's control socket may be: `known` paths first (a volume of the pod, mounted), then below the root directory of every
 * process called `bird` that lives in our network namespace. The latter need the pod's PID namespace.
 */
export async function* birdSocketPaths(known: readonly string[], proc: string): AsyncGenerator<string> {
  yield* known
  const ours = await promises.readlink(join(proc, 'self/ns/net')).catch(() => undefined)
  for (const pid of (await promises.readdir(proc).catch(() => [])).filter(name => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b))) {
    if (!(await isOurBird(join(proc, pid), ours))) continue
    for (const path of ['/run/bird/bird.ctl', '/var/run/bird/bird.ctl']) {
      const found = await resolveBelow(join(proc, pid, 'root'), path).catch(() => undefined)
      if (found) yield found.outer
    }
  }
}

/** A process may end while it is looked at: then it is not ours. */
async function isOurBird(folder: string, ours: string | undefined): Promise<boolean> {
  try {
    return (await promises.readFile(join(folder, 'comm'), 'utf8')).trim() === 'bird' && (await promises.readlink(join(folder, 'ns/net'))) === ours
  } catch {
    return false
  }
}
