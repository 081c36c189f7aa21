const context = 3

/** A unified diff of two values as indented JSON, hunk heads and all; the API server shows one of its own dump format in the same place. */
export function unifiedDiff(before: unknown, after: unknown): string {
  const left = JSON.stringify(before, null, 1).split('\n')
  const right = JSON.stringify(after, null, 1).split('\n')
  let head = 0
  while (head < left.length && left[head] === right[head]) head++
  let tail = 0
  while (tail < Math.min(left.length, right.length) - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++
  const start = Math.max(0, head - context)
  const shown = (lines: string[]) => Math.min(lines.length, lines.length - tail + context) - start
  return [
    `@@ -${start + 1},${shown(left)} +${start + 1},${shown(right)} @@`,
    ...left.slice(start, head).map(line => ` ${line}`),
    ...left.slice(head, left.length - tail).map(line => `-${line}`),
    ...right.slice(head, right.length - tail).map(line => `+${line}`),
    ...left.slice(left.length - tail, left.length - tail + context).map(line => ` ${line}`),
    '',
  ].join('\n')
}
