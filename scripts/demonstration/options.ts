/** The few flags of the demonstration. */
import * as E from 'fp-ts/lib/Either.js'

export interface Options {
  readonly planner: 'anthropic' | 'recorded'
  /** The dashboard stays up on the task until somebody stops it. */
  readonly serve: boolean
  readonly help: boolean
}

export const USAGE = `Usage: ./scripts/demo [--planner anthropic|recorded] [--serve]

Plans and runs a workflow on real data: how did life expectancy change in each world region from 1955 to 2005?
Everything runs on this machine: an embedded Postgres (its data in .tasker), a country service on loopback, the engine
and a worker. Without --planner, Claude plans where ANTHROPIC_API_KEY is set, else recorded answers are played.
With --serve the dashboard shows the task from its creation on, and stays up afterwards until Ctrl-C.

The chart, the report and the story of the task are written to .tasker/demo.
Exit codes: 0 the report stands; 1 the task failed; 2 wrong usage; 4 the database could not be started.`

/** Left is a sentence for the person who typed it. */
export const readOptions = (
  argv: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<string, Options> => {
  const hasKey = (environment.ANTHROPIC_API_KEY ?? '') !== ''
  let planner: Options['planner'] = hasKey ? 'anthropic' : 'recorded'
  let serve = false
  let help = false
  for (let index = 0; index < argv.length; index++) {
    const [flag, joined] = (argv[index] ?? '').split('=', 2)
    if (flag === '--help' || flag === '-h') help = true
    else if (flag === '--serve') serve = true
    else if (flag === '--planner') {
      const value = joined ?? argv[++index]
      if (value !== 'anthropic' && value !== 'recorded') {
        return E.left(`--planner is anthropic or recorded, not ${value === undefined ? 'left open' : `"${value}"`}`)
      }
      planner = value
    } else return E.left(`there is no "${argv[index]}"`)
  }
  if (planner === 'anthropic' && !hasKey) return E.left('--planner anthropic needs ANTHROPIC_API_KEY')
  return E.right({ planner, serve, help })
}
