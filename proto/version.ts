/** The protocol versions this build speaks, both inclusive. */
export const spoken = Object.freeze({ min: 1, max: 1 })

/** The highest version both sides speak; undefined: none. */
export function commonVersion(theirs: { min: number; max: number }, ours: { min: number; max: number } = spoken): number | undefined {
  const highest = Math.min(theirs.max, ours.max)
  return highest >= Math.max(theirs.min, ours.min, 1) ? highest : undefined
}
