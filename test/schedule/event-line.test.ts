import { expect, test } from 'vitest'
import { EventLine, type RunEvent } from '../../controller/schedule/event-line.ts'
import { reportOf } from '../store/synthetic.ts'

const never = new AbortController().signal
const planned = (trench: string) => ({ type: 'planned', trench, pods: 1, checks: 1 }) as const
async function all(line: EventLine, after = 0): Promise<string[]> {
  const seen: string[] = []
  for await (const event of line.read(after, never)) seen.push(event.type === 'dropped' ? `dropped ${event.from}-${event.to}` : `${event.cursor} ${event.type}`)
  return seen
}

test('a reader gets everything once and in order, whenever he comes', async () => {
  const line = new EventLine()
  line.push(planned('a'))
  const early = all(line)
  line.push(planned('b'))
  const late = all(line, 1)
  line.push(planned('c'))
  line.end()
  line.push(planned('never told'))
  expect([await early, await late, await all(line, 3)]).toEqual([['1 planned', '2 planned', '3 planned'], ['2 planned', '3 planned'], []])
})

test('a reader who leaves ends without an error', async () => {
  const left = new AbortController()
  const read = new EventLine().read(0, left.signal).next()
  left.abort()
  expect(await read).toEqual({ done: true, value: undefined })
})

test('beyond its memory it forgets the oldest and says which; reports are recalled', async () => {
  const line = new EventLine(5000)
  const report = reportOf([])
  line.push({ type: 'report', trench: 't', report }, async cursor => ({ cursor, type: 'report', trench: 't', report: { ...report, id: 'recalled' } }))
  for (let count = 0; count < 30; count++) line.push(planned('x'))
  line.end()
  const seen: (RunEvent | { type: 'dropped'; from: number; to: number })[] = []
  for await (const event of line.read(0, never)) seen.push(event)
  expect(seen[0]).toMatchObject({ cursor: 1, type: 'report', report: { id: 'recalled' } })
  expect(seen[1]).toMatchObject({ type: 'dropped', from: 2 })
  const cursors = seen.slice(2).map(event => (event as RunEvent).cursor)
  expect(cursors).toEqual(Array.from({ length: cursors.length }, (_, index) => 32 - cursors.length + index))
})

test('a single event that is forgotten is told as dropped, too', async () => {
  const line = new EventLine(900)
  const [first, second] = [planned('a'), planned('b')]
  for (const event of [first, second]) line.push(event)
  const report = reportOf([])
  line.push({ type: 'report', trench: 't', report }, async cursor => ({ cursor, type: 'report', trench: 't', report }))
  line.push(planned('c'))
  line.end()
  expect(await all(line, 1)).toEqual(['dropped 2-2', '3 report', '4 planned'])
})
