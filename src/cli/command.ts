/**
 * A command: its name, how it is used, and the function. A command is one small file in `commands/`, listed in
 * `command-table.ts`; the frame parses its arguments, reads the configuration, prints its help and its errors.
 */
import type { Json } from '../core/json.js'
import type { Logger } from '../ports/logger.js'
import type { Config } from './config/config.js'
import type { ErrorReport } from './error-report.js'
import type { Output } from './output.js'
import type { System } from './system.js'

export interface OptionDefinition {
  readonly type: 'string' | 'boolean'
  /** May be given several times. */
  readonly multiple?: boolean
  readonly short?: string
  /** What the value is called in the help: `FILE`. */
  readonly value?: string
  readonly summary: string
}

export type Options = Readonly<Record<string, OptionDefinition>>

export interface Argument {
  /** As the help shows it: `TEMPLATE.yaml`. */
  readonly name: string
  readonly optional?: boolean
  /** The last one may be repeatable. */
  readonly repeatable?: boolean
}

export interface Example {
  readonly command: string
  readonly says: string
}

export interface Command {
  /** One word, or two: `gate list`. */
  readonly name: string
  readonly summary: string
  /** What follows the name, without the options: `TASK STEP`. */
  readonly arguments?: ReadonlyArray<Argument>
  readonly options?: Options
  readonly examples: ReadonlyArray<Example>
  /** Further paragraphs of the help. */
  readonly details?: string
  /** What `--json` prints for an error; by default `{"error": {…}}`. */
  readonly errorAsJson?: (error: ErrorReport) => Json
  /** Resolves with the exit code. A `UserError` that it throws is printed, with its own exit code. */
  run(invocation: Invocation): Promise<number>
}

export interface Invocation {
  readonly command: Command
  readonly arguments: ReadonlyArray<string>
  /** The value of a string option. */
  option(name: string): string | undefined
  /** The values of a repeatable option. */
  options(name: string): ReadonlyArray<string>
  /** Whether a boolean option was given. */
  has(name: string): boolean
  /** `--json`: nothing but one JSON value may go to stdout. */
  readonly json: boolean
  /** Throws a `UserError` (`config_invalid`) where something in it is wrong. */
  config(): Config
  readonly logger: Logger
  readonly output: Output
  readonly system: System
  /** Aborted by SIGINT, SIGTERM and SIGHUP: finish what is under way and return. */
  readonly signal: AbortSignal
}
