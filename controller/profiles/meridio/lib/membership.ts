import type { Subject } from '#judge/subject.ts'

/** Trenches a pod may belong to, as far as its spec tells: one, or, where its namespace holds several and it names none, all of them. */
export function candidatesOf({ traits }: Pick<Subject, 'traits'>): readonly string[] {
  return traits['trenches']?.split(',') ?? []
}
