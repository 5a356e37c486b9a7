/** The logger of the command line: lines of JSON on stderr, or short lines where stderr is a terminal. */
import { type DestinationStream, pino } from 'pino'
import type { Logger, LogLevel } from '../ports/logger.js'
import { paletteFor, type Stream } from './output.js'

export const loggerTo = (
  stderr: Stream,
  level: LogLevel,
  environment: Readonly<Record<string, string | undefined>>,
): Logger => {
  const destination: DestinationStream =
    stderr.isTTY === true
      ? { write: (line) => void stderr.write(forPeople(line, stderr, environment)) }
      : { write: (line) => void stderr.write(line) }
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  }
}

const forPeople = (line: string, stderr: Stream, environment: Readonly<Record<string, string | undefined>>): string => {
  const { level, time, msg, pid: _, ...fields } = JSON.parse(line)
  const paint = paletteFor(stderr, environment)
  const colour = level === 'error' ? paint.red : level === 'warn' ? paint.yellow : paint.dim
  const rest = Object.entries(fields)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
  return `${paint.dim(String(time).slice(11, 23))} ${colour(level)} ${msg}${paint.dim(rest)}\n`
}
