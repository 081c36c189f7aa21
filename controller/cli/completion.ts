import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** Names only the controller, or the profile, knows. What cannot be had is an empty list. */
export interface Names {
  readonly checks: readonly string[]
  readonly trenches: () => Promise<readonly { readonly namespace: string; readonly name: string }[]>
}

/** A script for the shell: each asks the program itself (`__complete WORDS…`), so that it never grows old. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash': return [
      '_trenchscope() {', '  local IFS=$\'\\n\'',
      '  COMPREPLY=($(compgen -W "$(trenchscope __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))',
      '}', 'complete -o default -F _trenchscope trenchscope',
    ].join('\n')
    case 'zsh': return [
      '#compdef trenchscope', '_trenchscope() {', '  local -a found',
      '  found=(${(f)"$(trenchscope __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})', '  compadd -a found', '}', 'compdef _trenchscope trenchscope',
    ].join('\n')
    case 'fish': return `complete -c trenchscope -f -a '(trenchscope __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`
  }
}

/** What the last word may become; the words before it say where it stands. */
export async function candidates(program: Command, words: readonly string[], names: Names): Promise<readonly string[]> {
  const last = words.at(-1) ?? ''
  const options = () => [...command.options, ...program.options]
  let command = program
  let position = 0
  let open: string | undefined
  for (const word of words.slice(0, -1)) {
    if (open !== undefined) open = undefined
    else if (word.startsWith('-')) open = options().find(option => (option.short === word || option.long === word) && (option.required || option.optional))?.long
    else {
      const next = command.commands.find(known => known.name() === word)
      if (next) [command, position] = [next, 0]
      else position++
    }
  }
  const all = open !== undefined ? await valuesOf(open, options(), names) : last.startsWith('-') ? options().flatMap(({ long }) => long ?? []) : await wordsAt(command, position, names)
  return [...new Set(all)].filter(word => word.startsWith(last))
}

async function valuesOf(long: string, options: Command['options'], { trenches }: Names): Promise<readonly string[]> {
  if (long === '--namespace') return (await trenches()).map(({ namespace }) => namespace)
  if (long === '--trench') return (await trenches()).map(({ name }) => name)
  return options.find(option => option.long === long)?.argChoices ?? []
}

async function wordsAt(command: Command, position: number, { checks, trenches }: Names): Promise<readonly string[]> {
  const argument = command.registeredArguments[position]
  const values = argument?.argChoices ?? (argument?.name() === 'trench' ? (await trenches()).map(({ name }) => name) : argument?.name() === 'check' ? checks : [])
  return [...(position === 0 ? command.commands.map(known => known.name()) : []), ...values]
}
