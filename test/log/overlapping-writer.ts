/**
 * One of several processes that append to the same few streams as fast as they can. Each event carries the version that
 * it was decided for, so that a lost update shows. Started by `writers.test.ts`; prints what it did as JSON.
 */
import { appendTo, event, NOWHERE, type Standing } from './appends.js'
import { openLog } from './log-database.js'

const [url = '', milliseconds = '0', ...streams] = process.argv.slice(2)
const log = await openLog(url)
const standings = new Map<string, Standing>(streams.map((stream) => [stream, NOWHERE]))
const counts = { landed: 0, conflicts: 0 }
const until = Date.now() + Number(milliseconds)

const writeOnce = async (): Promise<void> => {
  const chosen = streams.filter(() => Math.random() < 0.4)
  const batch = chosen.map((stream) => {
    const standing = standings.get(stream) ?? NOWHERE
    const events = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, (_, index) =>
      event(`{"version":${standing.version + index + 1},"writer":${process.pid}}`),
    )
    return appendTo(stream, standing, { events })
  })
  const outcomes = await log.append(batch)
  for (const [index, outcome] of outcomes.entries()) {
    const append = batch[index]
    if (append === undefined) continue
    if (outcome.kind === 'landed') {
      counts.landed += append.events.length
      standings.set(append.stream, outcome)
    } else if (outcome.kind === 'conflict') {
      counts.conflicts += 1
      standings.set(append.stream, outcome.missed.at(-1) ?? NOWHERE)
    } else throw new Error(`neither landed nor in conflict: ${JSON.stringify(outcome)}`)
  }
}

// Two at a time, so that calls of one process overlap as well.
const keepWriting = async (): Promise<void> => {
  while (Date.now() < until) await writeOnce()
}
await Promise.all([keepWriting(), keepWriting()])
await log.close()
console.log(JSON.stringify(counts))
