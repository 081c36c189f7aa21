import { Writable } from 'node:stream'
import { runCommandLine } from '../../controller/cli/command-line.ts'

/** One command line of a user of the controller at `url`, in this process: its exit code, and what it has written so far. */
export function commandLine({ url, tokenFile }: { readonly url: string; readonly tokenFile: string }, argv: readonly string[]): { readonly code: Promise<number>; stdout(): string; stderr(): string } {
  const [stdout, stderr] = [sink(), sink()]
  const code = runCommandLine({
    argv: ['--server', url, '--token-file', tokenFile, ...argv], environment: {}, stdout: stdout.stream, stderr: stderr.stream, checks: [], meet: () => undefined,
    runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal,
  })
  return { code, stdout: () => stdout.texts.join(''), stderr: () => stderr.texts.join('') }
}

function sink(): { readonly texts: string[]; readonly stream: Writable } {
  const texts: string[] = []
  return { texts, stream: new Writable({ write: (chunk, _, done) => (texts.push(String(chunk)), done()) }) }
}
