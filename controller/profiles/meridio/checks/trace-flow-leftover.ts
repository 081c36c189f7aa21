import { defineCheck, own } from '#judge/check.ts'
import { devShm } from '#facts/dev-shm.ts'
import { sockets } from '../facts/transcripts.ts'

/** A probe that traces nfqlb writes down each trace flow it sets, as a file of its name, and holds a socket while it does (agent/captures/nfqlb/session.ts). */
export default defineCheck({
  id: 'trace-flow-leftover',
  subject: 'lb',
  severity: 'note',
  reads: { shm: own(devShm), sockets: own(sockets) },
  messages: {
    leftover: (a: { flow: string }) => `trace flow ${a.flow} was set by a probe that is gone, and could not be deleted since`,
  },
  why: 'Without a tracer it costs nothing; with one, its packets are traced, too. The next probe deletes it as soon as the load balancer answers: it is stalled, or does not.',
  fix: 'See why nfqlb does not answer. By hand: nfqlb trace-flow-delete --name=… in stateless-lb, then delete the file of that name in /dev/shm.',
  source: 'nfqlb.md §8; catalogue L51',
  judge: ({ shm, sockets }, say) => {
    const isHeld = sockets.data.some(socket => socket.protocol === 'unix' && socket.path === '@trenchscope-nfqlb')
    return isHeld ? [] : shm.data.filter(({ name }) => /^probe-ts[\da-f]{12}-\d$/.test(name)).map(file => say.leftover({ flow: file.name }, shm.at(file), sockets.at()))
  },
})
