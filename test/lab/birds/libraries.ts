/**
 * Names of the library packages that `name` needs, theirs too, from what `apt-cache depends --recurse` prints. Other packages (init scripts, accounts, tools) are not needed to run a program.
 *     bird3
 *       Depends: libc6
 *      |Depends: debconf          one of several will do
 *       PreDepends: …
 *       Depends: <debconf-2.0>    no package by itself
 */
export function neededLibraries(depends: string, name: string): string[] {
  const needs = new Map<string, string[]>()
  let at: string[] = []
  for (const line of depends.split('\n')) {
    const needed = /^[ |]+(?:Pre)?Depends: (\S+)/.exec(line)?.[1]
    if (needed !== undefined) at.push(needed)
    else if (/^\S/.test(line)) needs.set(line.trim(), at = [])
  }
  const found = new Set<string>()
  const follow = (one: string): void => {
    for (const library of (needs.get(one) ?? []).filter(needed => /^(?:lib|gcc-\d+-base$)/.test(needed) && !found.has(needed))) {
      found.add(library)
      follow(library)
    }
  }
  follow(name)
  return [...found].sort()
}
