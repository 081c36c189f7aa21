import { expect, test } from 'vitest'
import { BirdError, parseBirdReply } from '#parsers/bird-reply.ts'
import { recordingOf } from './bird-recordings.ts'

test('a socket answer is split into lines with their codes; indentation stays', () => {
  expect(parseBirdReply('1007-Table master4:\n 0.0.0.0/0            unicast\n \tvia 169.254.100.150 on ext-vlan0\n1008-\tType: BGP univ\n1007-\n0000 \n')).toEqual([
    { line: 1, code: 1007, text: 'Table master4:' },
    { line: 2, code: 1007, text: '0.0.0.0/0            unicast' },
    { line: 3, code: 1007, text: '\tvia 169.254.100.150 on ext-vlan0' },
    { line: 4, code: 1008, text: '\tType: BGP univ' },
    { line: 5, code: 1007, text: '' },
  ])
})

test.each([
  ['the last line carries data', '0013 Daemon is up and running\n', [{ line: 1, code: 13, text: 'Daemon is up and running' }]],
  ['an answer without data', '0000 \n', []],
  ['the welcome stands before it', '0001 BIRD 2.0.12 ready.\n0014 Total: 1\n', [{ line: 2, code: 14, text: 'Total: 1' }]],
  ['welcome and restrict stand before it', '0001 BIRD 2.0.12 ready.\n0016 Access restricted\n0000 \n', []],
  ['restrict is all that was asked', '0016 Access restricted\n', [{ line: 1, code: 16, text: 'Access restricted' }]],
  ['a log line comes in between', '1000-BIRD 2.0.12\n+reconfigured\n Hostname is vm\n0000 \n', [{ line: 1, code: 1000, text: 'BIRD 2.0.12' }, { line: 3, code: 1000, text: 'Hostname is vm' }]],
  ['birdc printed it', 'BIRD 2.0.12 ready.\nBIRD 2.0.12\n  Wait timer\n', [{ line: 2, text: 'BIRD 2.0.12' }, { line: 3, text: '  Wait timer' }]],
  ['a restricted birdc printed it', 'BIRD 2.0.12 ready.\nAccess restricted\nHostname is vm\n', [{ line: 3, text: 'Hostname is vm' }]],
])('%s (synthetic)', (_title, text, lines) => {
  expect(parseBirdReply(text)).toEqual(lines)
})

test.each([
  ['8007 Access denied\n', 8007, 'Access denied', 1],
  ['1007-Table master4:\n8004 Stopped due to reconfiguration\n', 8004, 'Stopped due to reconfiguration', 2],
  ['0001 BIRD 2.0.12 ready.\n9001 syntax error, unexpected END\n', 9001, 'syntax error, unexpected END', 2],
  ['1007-Table master4:\n8000-<line overflow>\n0000 \n', 8000, '<line overflow>', 2],
  ['BIRD 3.1.7 ready.\nAccess restricted\nAccess denied\n', 8007, 'Access denied', 3],
  ['BIRD 3.1.7 ready.\nNo protocols match\n', 8003, 'No protocols match', 2],
  ['BIRD 3.1.7 ready.\nNBR-a: Not a Static protocol\n', 9001, 'NBR-a: Not a Static protocol', 2],
  ["BIRD 3.1.7 ready.\nNo such command. Press `?' for help.\n", 9001, "No such command. Press `?' for help.", 2],
  ['Unable to connect to server control socket (/run/bird/bird.ctl): Permission denied\n', undefined, 'Unable to connect to server control socket (/run/bird/bird.ctl): Permission denied', 1],
])('a no is an error with its code: %j (synthetic)', (text, code, message, line) => {
  const thrown = errorOf(text)
  expect(thrown).toBeInstanceOf(BirdError)
  expect(thrown).toMatchObject({ code, message, line })
})

test.each([
  ['', 'BIRD said nothing'],
  ['1007-Table master4:\n', 'the BIRD reply stops before its end, after: 1007-Table master4:'],
  ['1007-Table master4:\nTable master6:\n0000 \n', 'line 2 is no part of a BIRD reply: Table master6:'],
  ['0000 \n1007-Table master4:\n', 'line 2 is no part of a BIRD reply: 1007-Table master4:'],
  ['0001 BIRD 2.0.12 ready.\n a continuation of nothing\n', 'line 2 is no part of a BIRD reply:  a continuation of nothing'],
  ['bash: birdc: command not found\n', 'line 1 does not open a BIRD reply: bash: birdc: command not found'],
])('what is no answer is a syntax error that quotes it: %j (synthetic)', (text, message) => {
  const thrown = errorOf(text)
  expect(thrown).toBeInstanceOf(SyntaxError)
  expect(thrown).toMatchObject({ message })
})

test('every recorded error answer is an error with the recorded code', () => {
  const refused = recordingOf('3.1.7', 'healthy-bgp-bfd').raw.filter(({ code }) => typeof code === 'number' && code >= 8000)
  expect(refused.length).toBe(24)
  expect(refused.filter(({ text, code }) => (errorOf(text) as BirdError).code !== code)).toEqual([])
})

function errorOf(text: string): unknown {
  try {
    parseBirdReply(text)
  } catch (error) {
    return error
  }
  throw new Error(`read without complaint: ${text}`)
}
