/**
 * Commands that go on until they are told to stop: a worker, a server, both. They say what they do on stderr, let
 * running attempts end on the first signal, and give back what is left; the second signal does not wait.
 */
import type { Invocation, Options } from './command.js'
import { EXIT } from './exit-code.js'
import { PLANNER_OPTION, plannerChoice } from './planner-choice.js'
import type { Work } from './system.js'
import { withTasker } from './tasker.js'
import { handlersFor } from './templates.js'
import { usageError } from './user-error.js'

export const SERVICE_OPTIONS: Options = {
  planner: PLANNER_OPTION,
  concurrency: { type: 'string', value: 'NUMBER', summary: 'attempts that run at a time, of each queue (100)' },
}

export const serve = async (invocation: Invocation, does: Work, says: string): Promise<number> => {
  const { option, system, signal, output, logger, json } = invocation
  const handlers = does.serves === 'none' ? [] : await handlersFor(invocation)
  const choice = does.serves === 'none' ? undefined : plannerChoice(option('planner'), system.environment)
  const concurrency = concurrencyOf(option('concurrency'))
  const work: Work = {
    ...does,
    ...(choice === undefined ? {} : { planner: await system.openPlanner(choice) }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
  return withTasker(
    invocation,
    async ({ url }) => {
      if (json) output.printJson({ ready: true, pid: process.pid, ...(url === undefined ? {} : { url }) })
      if (url !== undefined) output.note(`listening on ${url}`)
      output.note(`${says}; stop it with Ctrl-C or SIGTERM`)
      if (work.serves !== 'none' && work.planner === undefined) output.note(NO_PLANNER)
      await stopped(signal)
      logger.info('stopping: running attempts may end', { signal: String(signal.reason) })
      return EXIT.complete
    },
    handlers,
    work,
  )
}

const NO_PLANNER =
  'no planner: planning steps wait for a process that has one; set ANTHROPIC_API_KEY, or give --planner recorded:FILE'

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // A listener keeps no process alive, and all other timers of a worker do not either.
    const alive = setInterval(() => undefined, 60_000)
    const stop = (): void => {
      clearInterval(alive)
      resolve()
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

const concurrencyOf = (written: string | undefined): number | undefined => {
  if (written === undefined) return undefined
  const number = Number(written)
  if (!Number.isSafeInteger(number) || number < 1)
    throw usageError(`--concurrency must be a whole number from 1, not "${written}"`)
  return number
}
