/** What `npm run bench` can be told. */
import { parseArgs } from 'node:util'
import { WORKLOADS } from './workloads.js'

export interface BenchOptions {
  /** Parts to run: `raw`, `W1`, `W1@100`, `rebuild`, `bullmq`; undefined for all. */
  readonly only: ReadonlyArray<string> | undefined
  /** How long one measurement takes, after its warm-up. */
  readonly seconds: number
  /** Measurements of each part, in rounds; the one of median speed is reported. */
  readonly runs: number
  /** Where to write everything as JSON. */
  readonly json: string | undefined
  /** A missed target makes the exit code 1. */
  readonly check: boolean
  /** Tasks in the store whose pages are measured. */
  readonly tasks: number
  /** A folder for CPU profiles of each workload's process. */
  readonly profile: string | undefined
}

export const USAGE = `npm run bench -- [--only validation,raw,W1,W2@50,rebuild,bullmq,pages] [--seconds 3] [--runs 3] [--json FILE] [--check] [--profile DIR] [--tasks 100000]

  Takes DATABASE_URL and REDIS_URL where they are set, else starts a Postgres and a Redis of its own; validation needs
  neither.
  pages runs only where it is named: it fills a store with that many tasks of about a hundred events each.
  --profile writes one .cpuprofile a measurement, for a browser's developer tools or dist/scripts/bench/profile.js.`

/** A part that nobody knows must not look like a run without failures. */
const PARTS: ReadonlyArray<string> = [
  ...new Set([
    'validation',
    'raw',
    ...WORKLOADS.flatMap(({ id }) => [id.split('@')[0] ?? id, id]),
    'rebuild',
    'bullmq',
    'pages',
  ]),
]

export class UsageError extends Error {}

export const readOptions = (argv: ReadonlyArray<string>): BenchOptions => {
  const { values } = parse(argv)
  const only = values.only?.split(',').filter((part) => part !== '')
  const unknown = only?.find((part) => !PARTS.includes(part))
  if (unknown !== undefined) throw new UsageError(`there is no ${unknown} to measure; there are ${PARTS.join(', ')}`)
  return {
    only,
    seconds: positive('--seconds', values.seconds ?? '3'),
    runs: positive('--runs', values.runs ?? '3'),
    json: values.json,
    check: values.check ?? false,
    tasks: positive('--tasks', values.tasks ?? '100000'),
    profile: values.profile,
  }
}

/** Whether anything is wanted that a server takes part in. */
export const needsServers = ({ only }: BenchOptions): boolean =>
  only === undefined || only.some((part) => part !== 'validation')

/** `W1` means all of W1@1, W1@10, …; `W1@10` that one alone. */
export const isWanted = ({ only }: BenchOptions, id: string): boolean =>
  only === undefined || only.includes(id) || only.includes(id.split('@')[0] ?? id)

const parse = (argv: ReadonlyArray<string>) => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string' },
        seconds: { type: 'string' },
        runs: { type: 'string' },
        json: { type: 'string' },
        check: { type: 'boolean' },
        profile: { type: 'string' },
        tasks: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const positive = (flag: string, text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new UsageError(`${flag} takes a number above 0, not "${text}"`)
  return value
}
