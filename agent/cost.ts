import { readFileSync } from 'node:fs'

/** What the probe takes from the pod: its resident memory now, and the processor time of itself and of the commands that ended, from its start. */
export function readCost(): { rssBytes: number; cpuMs: number } {
  return { rssBytes: process.memoryUsage.rss(), cpuMs: cpuMs() }
}

/** proc_pid_stat(5): utime, stime, cutime, cstime are the fields 14 to 17, in ticks of 10 ms; the name in field 2 may hold blanks. */
function cpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15)
  return ticks.reduce((sum, each) => sum + Number(each) * 10, 0)
}
