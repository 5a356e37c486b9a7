/** The logger of the command line: lines of JSON on stderr, or short lines where stderr is a terminal. */
import { type DestinationStream, pino } from 'pino'
import type { LogFields, Logger, LogLevel } from '../ports/logger.js'
import { paletteFor, type Stream } from './output.js'
import { redacted, redactedText } from './redacted.js'

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
  const say =
    (to: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (log.isLevelEnabled(to)) log[to](shown(fields), redactedText(message))
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** For a command that tells by itself how its task goes: what a service would note is only of use to who looks closer. */
export const calm = (logger: Logger): Logger => ({ ...logger, info: logger.debug })

const STREAM = /^task-(?=[0-9a-f-]{36}$)/

/** Without secrets; a task goes by the same name everywhere, whichever its stream is called. */
const shown = ({ stream, ...fields }: LogFields): LogFields => {
  const task = typeof stream === 'string' && STREAM.test(stream) ? { task: stream.replace(STREAM, '') } : undefined
  const named = task ?? (stream === undefined ? {} : { stream })
  return Object(redacted({ ...named, ...fields }))
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
