import { commandText } from '#facts/fact.ts'
import type { Snapshot } from './snapshot.ts'
import { subjectKey } from './subject.ts'

/** The commands of a pod (`namespace/name`, or its name) with what they printed, as an operator would have seen them. */
export function terminalLines({ sights, takenAt }: Snapshot, pod: string): readonly string[] {
  return sights.filter(({ subject }) => subjectKey(subject) === pod || subject.name === pod).flatMap(({ subject, records, unreachable }) => [
    `# ${subjectKey(subject)}, ${new Date(takenAt).toISOString()}${unreachable === undefined ? '' : `: ${unreachable}`}`,
    ...records.flatMap(({ argv, stdout, stderr, exitCode, error }) => [
      `$ ${commandText(argv)}`,
      ...[stdout, stderr].flatMap(text => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))),
      ...(error ? [`# ${error.code}: ${error.message}`] : exitCode === 0 ? [] : [`# exit code ${exitCode}`]),
    ]),
  ])
}
