/** What a part of the probe logs through; pino's shape. Messages are constant, lower case, past tense; what varies is a key. */
export interface Log {
  debug(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
