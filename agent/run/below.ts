import { promises } from 'node:fs'
import { join } from 'node:path'

/**
 * Where `path` is, seen from the root directory `root` of another process (`/proc/PID/root`). Links are followed by hand: the kernel
 * would look for an absolute one (`/var/run` → `/run`) from our root. `..` never leaves `root`.
 * Returns the path of the target as we must open it and as the other process calls it.
 * @throws {Error} with errno `code`: ENOENT for a part that is missing, ELOOP after 40 links
 */
export async function resolveBelow(root: string, path: string): Promise<{ outer: string; inner: string }> {
  const ahead = partsOf(path)
  const done: string[] = []
  let links = 0
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '..') {
      done.pop()
      continue
    }
    const here = join(root, ...done, part)
    if (!(await promises.lstat(here)).isSymbolicLink()) {
      done.push(part)
      continue
    }
    links += 1
    if (links > 40) throw Object.assign(new Error(`ELOOP: too many links, ${path} below ${root}`), { code: 'ELOOP' })
    const target = await promises.readlink(here)
    if (target.startsWith('/')) done.length = 0
    ahead.unshift(...partsOf(target))
  }
  return { outer: join(root, ...done), inner: `/${done.join('/')}` }
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '' && part !== '.')
}
