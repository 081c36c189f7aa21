import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../controller/config.ts'

test('defaults are a controller in a cluster', () => {
  expect(readConfig({})).toMatchObject({ apiListen: '127.0.0.1:7480', imagePullPolicy: 'Never', askTimeoutMs: 10_000, namespaces: [] })
})

test('flags win over the environment, lists are split, the result is frozen', () => {
  const config = readConfig({ TRENCHSCOPE_NAMESPACES: 'red, blue', TRENCHSCOPE_IMAGE: 'a' }, { image: 'b' })
  expect(config).toMatchObject({ namespaces: ['red', 'blue'], image: 'b' })
  expect(Object.isFrozen(config)).toBe(true)
})

test('every wrong value is named at once, with what was seen', () => {
  const read = () => readConfig({ TRENCHSCOPE_IMAGE_PULL_POLICY: 'Always', TRENCHSCOPE_ASK_TIMEOUT_MS: '5s', TRENCHSCOPE_LINK_LISTEN: 'nowhere', TRENCHSCOPE_BOGUS: '1', OTHER: 'x' })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow([
    "TRENCHSCOPE_LINK_LISTEN='nowhere': expected host:port or unix:/path",
    "TRENCHSCOPE_IMAGE_PULL_POLICY='Always': expected one of Never, IfNotPresent",
    "TRENCHSCOPE_ASK_TIMEOUT_MS='5s': expected a whole number from 100 to 120000",
    'TRENCHSCOPE_BOGUS: unknown setting',
  ].join('\n'))
})

test('addresses that probes are told are literal, and IPv6 gets its brackets', () => {
  expect(readConfig({ TRENCHSCOPE_LINK_ADVERTISE: '10.96.0.7:7443, fd00::7:7443,[fd00::8]:7443' }).linkAdvertise).toEqual(['10.96.0.7:7443', '[fd00::7]:7443', '[fd00::8]:7443'])
  expect(() => readConfig({ TRENCHSCOPE_LINK_ADVERTISE: '$(LINK_SERVICE_HOST):7443' })).toThrow("TRENCHSCOPE_LINK_ADVERTISE='$(LINK_SERVICE_HOST):7443': expected a comma-separated list of literal address:port")
})
