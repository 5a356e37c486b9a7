/**
 * Where a command's answers go. Colours only for people: on a terminal, and not where NO_COLOR is set; FORCE_COLOR has the
 * last word. Tables fit a terminal; what goes into a file or a pipe is whole.
 */
import type { Json } from '../core/json.js'
import { columns } from './columns.js'

export interface Stream {
  /** False where it has enough for now; `then` is called when it has taken the text, or never will. */
  write(text: string, then?: () => void): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface Palette {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

export interface Output {
  /** A line for people, on stdout. */
  print(line: string): void
  /** Rows in columns, on stdout. */
  table(rows: ReadonlyArray<ReadonlyArray<string>>): void
  /** One JSON value on stdout. */
  printJson(value: Json): void
  /** A line beside the answer, on stderr. */
  note(line: string): void
  readonly stdout: Stream
  /** Columns of the terminal; undefined where stdout is none. */
  readonly width: number | undefined
  /** Colours of stdout. */
  readonly paint: Palette
  /** Colours of stderr. */
  readonly paintNote: Palette
}

export const outputTo = (
  stdout: Stream,
  stderr: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): Output => ({
  print: (line) => void stdout.write(`${line}\n`),
  table: (rows) => {
    for (const line of columns(rows, widthOf(stdout))) stdout.write(`${line}\n`)
  },
  width: widthOf(stdout),
  printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  note: (line) => void stderr.write(`${line}\n`),
  stdout,
  paint: paletteFor(stdout, environment),
  paintNote: paletteFor(stderr, environment),
})

/** A terminal that does not say how wide it is gets whole lines. */
const widthOf = ({ isTTY, columns }: Stream): number | undefined =>
  isTTY === true && columns !== undefined && columns > 0 ? columns : undefined

export const paletteFor = (stream: Stream, environment: Readonly<Record<string, string | undefined>>): Palette => {
  const coloured =
    forced(environment) ?? (stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb')
  const style = (on: number, off: number) => (text: string) =>
    coloured && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  }
}

/** As Node and most others read it: 0 and false say no, anything else says yes. */
const forced = ({ FORCE_COLOR }: Readonly<Record<string, string | undefined>>): boolean | undefined =>
  FORCE_COLOR === undefined ? undefined : FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'

/** Waits where the reader of a pipe is slower than the log, until it has read the line or has gone. */
export const writeLine = (stdout: Stream, line: string): Promise<void> =>
  new Promise((resolve) => {
    if (stdout.write(`${line}\n`, () => resolve()) !== false) resolve()
  })
