/** The wall clock in Unix ms with fractions, for offsets between machines: steady between two steps of the wall clock, set anew at a step. */
export function createClock(): () => number {
  let origin = performance.timeOrigin
  return () => {
    const wall = Date.now()
    const precise = origin + performance.now()
    // Date.now() is cut to whole milliseconds
    if (precise >= wall - 1 && precise < wall + 2) return precise
    origin += wall + 0.5 - precise
    return wall + 0.5
  }
}
