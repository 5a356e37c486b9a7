/** How many attempts ran at a time, read from the log alone: from the claim to the event that ended the attempt. */
import type { Log } from '../../src/ports/log.js'

export interface Ran {
  readonly step: string
  readonly limits: ReadonlyArray<string>
}

const ENDS: ReadonlySet<string> = new Set([
  'step-completed',
  'step-attempt-failed',
  'step-failed',
  'step-lost',
  'step-cancelled',
  'step-waiting',
  'gate-opened',
])

const everything = async (log: Pick<Log, 'readAll' | 'position'>) => {
  const events: Awaited<ReturnType<Log['readAll']>>[number][] = []
  for (let more = await log.readAll(0, 1_000); more.length > 0; ) {
    events.push(...more)
    more = await log.readAll(more.at(-1)?.position ?? 0, 1_000)
  }
  return events
}

/** The most of the chosen attempts at any position of the log, which is the order in which appends were committed. */
export const mostAtATime = async (
  log: Pick<Log, 'readAll' | 'position'>,
  chosen: (ran: Ran) => boolean = () => true,
): Promise<number> => {
  const running = new Set<string>()
  let most = 0
  for (const { stream, type, data } of await everything(log)) {
    const { step, attempt, limits = [] } = JSON.parse(data)
    if (type === 'step-started' && chosen({ step, limits })) running.add(`${stream} ${step} ${attempt}`)
    // What a stream gives back it may take again in the same append, where the end stands before the claim.
    else if (ENDS.has(type)) running.delete(`${stream} ${step} ${attempt}`)
    // One that hands back a checkpoint ends where the next one of its step is enqueued.
    else if (type === 'step-enqueued') running.delete(`${stream} ${step} ${attempt - 1}`)
    most = Math.max(most, running.size)
  }
  return most
}

/** When attempts were claimed, in milliseconds. */
export const startsOf = async (log: Pick<Log, 'readAll' | 'position'>): Promise<ReadonlyArray<number>> =>
  (await everything(log)).filter(({ type }) => type === 'step-started').map(({ time }) => Date.parse(time))
