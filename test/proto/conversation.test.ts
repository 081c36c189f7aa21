import { expect, test } from 'vitest'
import { Conversation, type Side, type State } from '../../proto/conversation.ts'
import type { Kind } from '../../proto/frames.ts'
import { samples } from './samples.ts'

const opening: readonly (readonly [Side, Kind])[] = [['probe', 'hello'], ['controller', 'challenge'], ['probe', 'proof'], ['controller', 'welcome']]
const kinds = [...new Set(samples.map(({ kind }) => kind))]

test('a session opens with hello, challenge, proof and welcome', () => {
  const conversation = new Conversation()
  const states = opening.map(([side, kind]) => {
    conversation.take(side, kind)
    return conversation.state
  })
  expect(states).toEqual(['challenge', 'proof', 'welcome', 'open'])
})

test.each<[number, State, string[]]>([
  [0, 'hello', ['controller goodbye', 'probe goodbye', 'probe hello']],
  [1, 'challenge', ['controller challenge', 'controller goodbye', 'probe goodbye']],
  [2, 'proof', ['controller goodbye', 'probe goodbye', 'probe proof']],
  [3, 'welcome', ['controller goodbye', 'controller welcome', 'probe goodbye']],
  [4, 'open', [
    'controller ask', 'controller cancel', 'controller goodbye', 'controller lease', 'controller ping', 'controller streamClose', 'controller streamOpen', 'controller streamWindow', 'controller successor',
    'probe cost', 'probe done', 'probe goodbye', 'probe log', 'probe observation', 'probe pong', 'probe record', 'probe streamClose', 'probe streamData',
  ]],
])('after %i frames (%s) only these may come', (said, state, allowed) => {
  const at = (): Conversation => {
    const conversation = new Conversation()
    for (const [side, kind] of opening.slice(0, said)) conversation.take(side, kind)
    return conversation
  }
  expect(at().state).toBe(state)
  expect(taken(at)).toEqual(allowed)
})

test('nothing comes after a goodbye', () => {
  const closed = (): Conversation => {
    const conversation = new Conversation()
    conversation.take('probe', 'goodbye')
    return conversation
  }
  expect(closed().state).toBe('closed')
  expect(taken(closed)).toEqual([])
})

test('what is out of place is named', () => {
  expect(() => new Conversation().take('controller', 'ask')).toThrow('a ask from the controller while a hello is due')
})

function taken(at: () => Conversation): string[] {
  return (['controller', 'probe'] as const)
    .flatMap(side => kinds.map(kind => ({ side, kind })))
    .filter(({ side, kind }) => {
      try {
        at().take(side, kind)
        return true
      } catch {
        return false
      }
    })
    .map(({ side, kind }) => `${side} ${kind}`)
    .sort()
}
