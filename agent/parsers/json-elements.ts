/** One element of a printed list, and its RFC 6901 pointer. */
export interface JsonElement {
  pointer: string
  /** any: JSON from outside; whoever reads it checks it field by field */
  value: any
}

/**
 * The elements of the list that `ip -j` and `bridge -j` print. `what` names them in errors: `links`.
 * No output is an empty list (old `ip -j` prints nothing when there is nothing); `{}` is passed over but counted in pointers (old `ip -j` prints it for what a filter hid).
 * @throws {SyntaxError} on what is not a list of objects, quoting its beginning or the element
 */
export function jsonElements(text: string, what: string): JsonElement[] {
  const list = text.trim() === '' ? [] : parseList(text, what)
  return list.flatMap((value, index) => {
    if (typeof value !== 'object' || value === null) throw new SyntaxError(`not an element of a list of ${what}: ${JSON.stringify(value)}`)
    return Object.keys(value).length === 0 ? [] : [{ pointer: `/${index}`, value }]
  })
}

function parseList(text: string, what: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch (cause) {
    throw new SyntaxError(`not JSON, but a list of ${what} was expected: ${text.trim().slice(0, 80)}`, { cause })
  }
  throw new SyntaxError(`not a list of ${what}: ${text.trim().slice(0, 80)}`)
}
