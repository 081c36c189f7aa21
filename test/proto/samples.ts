import type { Frame } from '../../proto/frames.ts'

/** One frame of every kind, each field set; synthetic. */
export const samples: readonly Frame[] = [
  { kind: 'hello', body: { minVersion: 1, maxVersion: 3, session: 'WBp1c7-session-0123456', pod: 'red/lb-1', podUid: '6a1c', container: 'trenchscope-0001', key: new Uint8Array(32).fill(7), build: '0.1.0', facts: [{ id: 'ip-rules', version: 1 }, { id: 'ping', version: 2 }] } },
  { kind: 'challenge', body: { version: 1 } },
  { kind: 'proof', body: { signature: new Uint8Array(64).fill(9) } },
  { kind: 'welcome', body: { lease: { idleMs: 3_600_000, endMs: 2_592_000_000 }, pins: ['current', 'next'], pingEveryMs: 2000 } },
  { kind: 'goodbye', body: { code: 'killed', message: 'not wanted any more' } },
  { kind: 'ask', body: { id: 3, pass: 'sweep-1', wants: [{ fact: 'ip-rules', params: {} }, { fact: 'ping', params: { address: '169.254.101.2', mark: 90, tags: ['a', 'b'], on: true } }], timeoutMs: 5000 } },
  { kind: 'cancel', body: { ask: 3 } },
  { kind: 'ping', body: { id: 17 } },
  { kind: 'lease', body: { idleMs: 60_000, endMs: 120_000 } },
  { kind: 'successor', body: { pins: ['next', 'after-next'] } },
  { kind: 'record', body: { ask: 3, id: 1, argv: ['ip', '-j', 'rule'], exitCode: 0, stdout: '[{"priority":0}]\n', stderr: '', startedAt: 1_790_000_000_000.25, ms: 12.5 } },
  { kind: 'record', body: { ask: 3, id: 2, argv: ['nfqlb', 'flow-list'], exitCode: null, stdout: '', stderr: 'ö\u{1F600}', startedAt: 1_790_000_000_000, ms: 5000, error: { code: 'timeout', message: 'nfqlb flow-list did not end within 5000 ms' } } },
  { kind: 'observation', body: { ask: 3, fact: 'ip-rules', version: 1, params: {}, startedAt: 1_790_000_000_000, ms: 13, records: [1], data: new TextEncoder().encode('[]') } },
  { kind: 'observation', body: { ask: 3, fact: 'ping', version: 2, params: { address: '169.254.101.2' }, startedAt: 1_790_000_000_000, ms: 1, records: [], error: { code: 'refused', message: 'no' } } },
  { kind: 'done', body: { ask: 3 } },
  { kind: 'pong', body: { id: 17, receivedAt: 1_790_000_000_000.5, sentAt: 1_790_000_000_000.75 } },
  { kind: 'cost', body: { rssBytes: 61_000_000, cpuMs: 340 } },
  { kind: 'log', body: { at: 1_790_000_000_000, level: 'warn', message: 'session ended', fields: { code: 'lost', nested: { a: [1] } } } },
  { kind: 'streamOpen', body: { stream: 1, capture: 'packets', params: { interface: 'nsm-1' }, window: 1 << 20 } },
  { kind: 'streamData', body: { stream: 1, payload: new Uint8Array([1, 2, 3]), dropped: 4 } },
  { kind: 'streamData', body: { stream: 1, payload: new Uint8Array(), dropped: 0, counters: { matched: 9, captured: 7, kernelDropped: 1, closing: true, answeredMs: 1.5 } } },
  { kind: 'streamWindow', body: { stream: 1, credit: 65_536 } },
  { kind: 'streamClose', body: { stream: 1, code: 'refused', message: 'no budget' } },
]
