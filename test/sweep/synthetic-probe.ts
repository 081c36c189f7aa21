import { commandText, type CommandRecord, type Observation, type Run } from '#facts/fact.ts'
import { observeFact } from '#facts/read.ts'
import type { Probe } from '../../controller/link/probe.ts'
import type { AnyFact } from '#facts/fact.ts'

/** Synthetic: a probe without a link, that answers from `outputs` (asked anew each pass); `hang` never answers. */
export function syntheticProbe(pod: string, facts: readonly AnyFact[], outputs: (command: string, pass: number) => string | undefined, options: { readonly hang?: boolean } = {}): Probe & { readonly passes: string[] } {
  const passes: string[] = []
  return {
    pod, podUid: `uid-${pod}`, container: 'trenchscope-0001', version: '0.1.0', facts: new Map(facts.map(fact => [fact.id, fact.version])), cost: { rssBytes: 0, cpuMs: 0 }, passes,
    ask: async (wants, { pass, timeoutMs, signal, onObservation }) => {
      if (!passes.includes(pass)) passes.push(pass)
      if (options.hang) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, timeoutMs)
          signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
        })
        const observations = wants.map(({ fact, params }): Observation => ({ fact, version: 1, params, startedAt: 0, ms: timeoutMs, commands: [], error: { code: 'timeout', message: `no answer within ${timeoutMs} ms` } }))
        return { observations, records: [] }
      }
      const records = new Map<string, CommandRecord>()
      const run: Run = async argv => {
        const command = commandText(argv)
        const stdout = outputs(command, passes.indexOf(pass) + 1)
        if (stdout === undefined) throw new Error(`${command} is not in this synthetic world`)
        records.set(command, { argv, exitCode: 0, stdout, stderr: '', startedAt: 0, ms: 0 })
        return stdout
      }
      const observations = await Promise.all(wants.map(async want => {
        const fact = facts.find(({ id }) => id === want.fact)
        if (!fact) throw new Error(`no fact ${want.fact}`)
        const seen = await observeFact(fact, want.params, run, () => 0)
        onObservation?.(seen)
        return seen
      }))
      return { observations, records: [...records.values()] }
    },
  }
}
