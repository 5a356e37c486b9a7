/**
 * What the library says while it works. It never decides where that goes; the command line prints it on stderr. Fields
 * have the same names everywhere: `task` (or its `stream`), `step`, `attempt`, `handler`, `trace` (a trace's id), `code`,
 * `error`.
 */
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** For whoever does not want to hear anything. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
