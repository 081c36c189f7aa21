import { cluster, defineCheck, own } from '#judge/check.ts'
import { devShm } from '#facts/dev-shm.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'

/** The table of a stream goes with the stream. */
export default defineCheck({
  id: 'shm-leftover',
  subject: 'lb',
  severity: 'note',
  reads: { config: cluster(trenchConfig), shm: own(devShm), flows: own(nfqlbFlows) },
  messages: {
    leftover: (a: { stream: string; file: string; megabytes: string }) => `/dev/shm holds ${a.file} (${a.megabytes} MB), but there is no stream ${a.stream} and no flow that uses it`,
  },
  why: 'It takes of the 64 MB that all streams share: when they are full, a new stream cannot be made.',
  fix: 'Restart stateless-lb when convenient.',
  source: 'nfqlb.md §4; catalogue L51',
  judge: ({ config, shm, flows }, say, subject) => shm.data.flatMap(file => {
    const stream = /^tshm-(.+)$/.exec(file.name)?.[1]
    if (stream === undefined || expectedOf(config, subject).streams.some(({ name }) => name === stream) || flows.data.some(({ userRef }) => userRef === file.name)) return []
    return [say.leftover({ stream, file: file.name, megabytes: (file.bytes / 1e6).toFixed(1) }, shm.at(file), flows.at())]
  }),
})
