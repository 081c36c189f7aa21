import { readlinkSync } from 'node:fs'
import { type BedOptions, said, startBed, unknowns } from '../lab/bed.ts'

/** Sweeps a healthy lab whose probes run from a built image. `words` tells what was judged, or what was found. */
export async function sweepWithImage(agent: NonNullable<BedOptions['agent']>): Promise<{ readonly ok: boolean; readonly words: string }> {
  const bed = await startBed({ agent })
  try {
    const report = await bed.sweep()
    const probes = bed.controller.backend.probes().length
    const containers = [...bed.lab.kubelets.values()].flatMap(kubelet => kubelet.containers())
    const roots = containers.flatMap(({ pid, state }) => (pid === undefined || state !== 'running' ? [] : [readlinkSync(`/proc/${pid}/exe`)]))
    const trouble = [...said(report), ...unknowns(report)]
    const own = roots.length > 0 && roots.every(path => path.endsWith('/opt/trenchscope/node'))
    return { ok: trouble.length === 0 && report.counts.ok > 0 && own, words: trouble.length > 0 ? trouble.join('; ') : `${report.counts.ok} verdicts ok from ${probes} probes, each from the image; ${containers.length - roots.length} containers ended` }
  } finally {
    await bed.close()
  }
}
