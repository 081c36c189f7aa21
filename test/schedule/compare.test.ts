import { expect, test } from 'vitest'
import { compareReports } from '../../controller/schedule/compare.ts'
import { blue, findingOf, reportOf } from '../store/synthetic.ts'

const texts = ({ appeared, gone, same }: ReturnType<typeof compareReports>) => ({ appeared: appeared.map(({ check }) => check), gone: gone.map(({ check }) => check), same })

test('tells what came, what went and what stayed', () => {
  expect(texts(compareReports([reportOf([findingOf('old'), findingOf('lasting')])], [reportOf([findingOf('lasting'), findingOf('new')])]))).toEqual({ appeared: ['new'], gone: ['old'], same: 1 })
})

test('what a check could not look at is not gone', () => {
  expect(texts(compareReports([reportOf([findingOf('old')])], [reportOf([], { unknown: ['old'] })])).gone).toEqual([])
})

test('nor is what a check that broke is silent about, though it had seen everything', () => {
  const after = reportOf([], { unknown: ['old'] })
  const broken = { ...after, verdicts: after.verdicts.map(verdict => ({ ...verdict, unseen: [] })) }
  expect(texts(compareReports([reportOf([findingOf('old')])], [broken])).gone).toEqual([])
})

test('findings of a trench that the second pass did not look at are not gone', () => {
  expect(texts(compareReports([reportOf([findingOf('old')]), reportOf([findingOf('elsewhere', { trench: blue })], { trench: blue })], [reportOf([])])).gone).toEqual(['old'])
})

test('nor is one that a check is silent about because it saw only some of its pods', () => {
  const after = reportOf([findingOf('half', { target: 'seen' })])
  const partial = { ...after, verdicts: after.verdicts.map(verdict => ({ ...verdict, unseen: ['red/lb-2: words: timeout'] })) }
  expect(texts(compareReports([reportOf([findingOf('half', { target: 'seen' }), findingOf('half', { target: 'unseen' })])], [partial]))).toEqual({ appeared: [], gone: [], same: 1 })
})
