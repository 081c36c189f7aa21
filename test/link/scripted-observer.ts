import type { LinkLog } from '../../agent/link-log.ts'
import type { Observer } from '../../agent/observer.ts'
import { type CommandRecord, defineFact, FactError, type Run } from '../../agent/facts/fact.ts'
import { answerOf, observeFact } from '../../agent/facts/read.ts'

/** `echo` says its parameter, through one command; `twice` looks at the same command; `large` is `params.bytes` long. */
const quick = [
  defineFact({ id: 'echo', version: 3, params: given => given, read: (run, { word }) => run(['echo', String(word)]) }),
  defineFact({ id: 'twice', version: 1, params: given => given, read: async (run, { word }) => [await run(['echo', String(word)]), await run(['echo', 'again'])] }),
  defineFact({ id: 'large', version: 1, params: given => given, read: async (_, { bytes }) => 'x'.repeat(Number(bytes)) }),
  defineFact({ id: 'absent', version: 1, read: async () => { throw new FactError('not-found', 'there is none') } }),
]

/** `never` is not seen before the asker leaves, which is logged. `broken` makes the observer itself fail. */
export const facts = [...quick, defineFact({ id: 'never', version: 1, read: async () => undefined }), defineFact({ id: 'broken', version: 1, read: async () => undefined })]

/** A small real observer over facts/read.ts, its commands answered in memory. */
export function scriptedObserver(log: LinkLog): Observer {
  return {
    observe: async (wants, { signal, onRecord, onObservation }) => {
      const records = new Map<string, CommandRecord>()
      const run: Run = async argv => {
        const text = argv.join(' ')
        const record = records.get(text) ?? { argv, exitCode: 0, stdout: `${argv.slice(1).join(' ')}\n`, stderr: '', startedAt: Date.now(), ms: 1 }
        if (!records.has(text)) onRecord(records.set(text, record).size, record)
        return answerOf(record)
      }
      for (const want of wants.filter(({ fact }) => fact !== 'never')) {
        if (want.fact === 'broken') throw new Error('the observer broke')
        if (want.fact === 'echo') log.warn({ word: want.params['word'] }, 'echo asked')
        onObservation(await observeFact(quick.find(({ id }) => id === want.fact)!, want.params, run, Date.now))
      }
      if (!wants.some(({ fact }) => fact === 'never')) return
      if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve))
      log.warn({}, 'never left')
    },
  }
}
