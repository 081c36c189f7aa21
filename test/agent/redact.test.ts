import { expect, test } from 'vitest'
import { redact, redactText } from '../../agent/run/redact.ts'

test.each([
  ['BIRD', '  password "s3cret;} \'x";\n  hold time 24;', '  password "<cut>";\n  hold time 24;'],
  ['BIRD, several', 'password "a"; passwords { password "b" { id 1; }; };', 'password "<cut>"; passwords { password "<cut>" { id 1; }; };'],
  ['BIRD, cut off by a byte limit', 'protocol bgp {\n  password "s3cr', 'protocol bgp {\n  password "<cut>'],
  ['JSON, cut off', '{"a":1,"password":"s3c\\', '{"a":1,"password":"<cut>'],
  ['BIRD, bytes', 'password 01:02:aa:ff;', 'password <cut>;'],
  ['BIRD, hex', 'password hex:0102aaff { id 1; };', 'password <cut> { id 1; };'],
  ['JSON', '{"password": "a\\"b", "name": "x", "bgpSecret":"y"}', '{"password": "<cut>", "name": "x", "bgpSecret":"<cut>"}'],
  ['arguments', 'tool --password=abc --name=x --token xyz', 'tool --password=<cut> --name=x --token <cut>'],
  ['/proc/PID/cmdline', 'tool\0--token\0xyz\0--name\0x\0', 'tool\0--token\0<cut>\0--name\0x\0'],
  ['WireGuard', '  private key: aGVsbG8=\n  public key: d29ybGQ=\nPresharedKey = eHl6', '  private key: <cut>\n  public key: d29ybGQ=\nPresharedKey = <cut>'],
  ['HTTP', 'Authorization: Bearer abcdefgh.123', 'Authorization: Bearer <cut>'],
  ['a service account token', 'x eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJrdWJl.c2ln y', 'x <cut> y'],
])('%s', (_, text, shown) => {
  expect(redactText(text)).toBe(shown)
})

test.each([
  'Skip gateway gateway-a: password missing',
  'bgp1: Error: Authentication failed, password mismatch',
  '1006-    Neighbor AS:      4248829953',
  'proto bird scope global metric 32 password',
  '{"secret":null,"token":5}',
])('%s is left alone', text => {
  expect(redactText(text)).toBe(text)
})

test('all of a record is cut, and its lines stay where they are', () => {
  const record = { argv: ['x', '--password', 'p1', '--psk=p2'], exitCode: null, stdout: 'a\npassword "p3";\nb\n', stderr: 'password "p4"\n', startedAt: 1, ms: 2, error: { code: 'failed' as const, message: 'x: password "p5"' } }
  expect(redact(record)).toEqual({
    argv: ['x', '--password', '<cut>', '--psk=<cut>'], exitCode: null, stdout: 'a\npassword "<cut>";\nb\n', stderr: 'password "<cut>"\n', startedAt: 1, ms: 2, error: { code: 'failed', message: 'x: password "<cut>"' },
  })
})

test.each(['-', '\n', ' ', '\t', 'eyJ-', '--a', '-token-', 'psk-', '"', '"password":"\\', 'password "', 'private key'])('300 kB of %j are read through once, and what follows is still cut', unit => {
  const hostile = unit.repeat(Math.ceil(300_000 / unit.length))
  expect(redactText(`${hostile}\n--password=abc`).slice(-16)).toBe('--password=<cut>')
})
