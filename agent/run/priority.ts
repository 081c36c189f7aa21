import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/** Makes this process, all its threads and what they start later give way to the pod's own programs. `niceness`: 0–19. Raising it again needs no right. */
export function lowerPriority(niceness: number): void {
  // Linux keeps the niceness of each thread on its own
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), niceness)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SYSTEM_ERROR') throw error // the thread is gone
    }
  }
}
