import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const dockerfile = (name: string) => readFileSync(join(root, name), 'utf8')
const listOf = (word: string, text: string): unknown => JSON.parse(new RegExp(`^${word} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? 'null')

test('the agent image starts its bundle with the flags the lab and the bench use', () => {
  const flags = JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]
  expect(listOf('ENTRYPOINT', dockerfile('Dockerfile.agent'))).toEqual(['/opt/trenchscope/node', ...flags, '/opt/trenchscope/agent.cjs'])
})

test('nothing but the entry point tells the agent image what to run', () => {
  expect(dockerfile('Dockerfile.agent')).not.toMatch(/^(CMD|USER)/m)
})

test('the controller image runs as nobody of the node and starts the controller', () => {
  const text = dockerfile('images/Dockerfile.controller')
  expect([/^USER (.*)$/m.exec(text)?.[1], listOf('ENTRYPOINT', text), listOf('CMD', text)]).toEqual(['65532:65532', ['/usr/local/bin/trenchscope'], ['controller']])
})

test('the agent image installs every package the doctor installs for the probe', () => {
  const installed = /install\.sh (.*?) &&/.exec(dockerfile('Dockerfile.agent'))?.[1]?.split(' ') ?? []
  const ofLab = new Set(['bird2', 'iptables', 'python3', 'tshark'])
  const wanted = (/^tools="(.*)"$/m.exec(readFileSync(join(root, 'bin/doctor'), 'utf8'))?.[1] ?? '').split(' ').map(pair => pair.split(':')[1] ?? '').filter(name => !ofLab.has(name))
  expect([...new Set(wanted)].filter(name => !installed.includes(name))).toEqual([])
})

test('both images name their base by the same argument', () => {
  expect(['Dockerfile.agent', 'images/Dockerfile.controller'].map(name => /^ARG BASE=(.*)$/m.exec(dockerfile(name))?.[1])).toEqual(['debian:12-slim', 'debian:12-slim'])
})
