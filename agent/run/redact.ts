import type { CommandRecord } from '#facts/fact.ts'

/** The record without secrets, before anyone sees it: facts, the wire, the log. Lines and JSON keep their shape, so that evidence still points to the right place. */
export function redact(record: CommandRecord): CommandRecord {
  return {
    ...record,
    argv: redactWords(record.argv),
    stdout: redactText(record.stdout),
    stderr: redactText(record.stderr),
    ...(record.error && { error: { ...record.error, message: redactText(record.error.message) } }),
  }
}

/** Cuts the values of passwords, keys and tokens out of a text. */
export function redactText(text: string): string {
  return rules.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text)
}

const cut = '<cut>'
const secretName = '[\\w-]*(?:password|passwd|passphrase|secret|token|psk|private[-_]?key|preshared[-_]?key)'

// each is tried from few places, a word's beginning or a line's, so that hostile output (100 kB of dashes) costs no more than any other
const rules: readonly (readonly [RegExp, string])[] = [
  // BIRD: password "…"; an output limit may have cut the closing quote off
  [/\b(password\s+)"[^"\n]*("|$)/gim, `$1"${cut}$2`],
  // BIRD ≥ 2.14: password as bytes, 01:02:… or hex:0102…
  [/\b(password\s+)(?:hex:)?(?:[0-9a-f]{2}[:.-]?){2,}(?=\s*[;{])/gi, `$1${cut}`],
  // JSON: "password": "…"
  [new RegExp(`("${secretName}"\\s*:\\s*)"(?:[^"\\\\\\n]|\\\\.)*\\\\?("|$)`, 'gim'), `$1"${cut}$2`],
  // arguments: --password=… and, in /proc/PID/cmdline, --password\0…
  [new RegExp(`(?<![\\w-])(-${secretName}[=\\0 ])[^\\s\\0]+`, 'gi'), `$1${cut}`],
  // name = value and name: value, as wg and configuration files print them
  [/^([ \t]*(?:private ?key|preshared ?key)\s*[=:]\s*)\S+/gim, `$1${cut}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${cut}`],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, cut],
]

/** An argument after the name of a secret is one. */
function redactWords(argv: readonly string[]): string[] {
  const named = new RegExp(`^--?${secretName}$`, 'i')
  return argv.map((word, index) => (index > 0 && named.test(argv[index - 1] ?? '') ? cut : redactText(word)))
}
