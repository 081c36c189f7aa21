import { pino } from 'pino'

/** What every part of the controller logs through: `log.info({ pod, ms }, 'observed')`. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/** JSON lines on standard error (`level`: pino's names, `silent` for none); tokens and keys are cut by path. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['token', '*.token', 'headers.authorization', 'privateKey', '*.privateKey', 'password'] }, pino.destination({ fd: 2, sync: true }))
}
