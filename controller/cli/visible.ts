// control characters, and those that turn the direction of writing
const commanding = /[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text from pods and clusters as one cell of a line: what would command a terminal, or begin another line, stands as an escape. */
export function visible(text: string): string {
  return text.replace(commanding, escape)
}

/** The same for whole lines: tabs and line ends stay. JSON stays the same JSON. */
export function visibleLines(text: string): string {
  return text.replace(commanding, character => (character === '\n' || character === '\t' ? character : escape(character)))
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
