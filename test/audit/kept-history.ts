/** A kept history read back: from its bundle to a record, and to what a replay of it comes to today. */
import { createReadStream, readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { createCatalog } from '../../catalog/catalog.js'
import { defineHandler } from '../../catalog/define-handler.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { parseBundleLine } from '../../src/audit/bundle-line.js'
import type { TaskRecord } from '../../src/audit/record-pages.js'
import { replayTask } from '../../src/audit/replay.js'
import type { Verdict } from '../../src/audit/verdict.js'
import { verifyBundle } from '../../src/audit/verify-bundle.js'
import { type TaskView, viewOf } from '../../src/core/view.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { broken, ok } from '../support/planned-tasker.js'

/** What is frozen beside a history. */
export interface HistoryOutcome {
  readonly version: number
  readonly view: TaskView
  /** Step, version and verdict of each planning decision, and whether today's validation comes to the same. */
  readonly decisions: ReadonlyArray<readonly [string, number, string, boolean]>
}

export const proofOf = async (bundle: string): Promise<Verdict> => {
  const verified = await verifyBundle(createReadStream(bundle))
  if (E.isLeft(verified)) throw new Error(verified.left.message)
  return verified.right
}

export const outcomeOf = async (bundle: string): Promise<HistoryOutcome> => {
  const { record, stream } = recordIn(bundle)
  const catalog = createCatalog()
  const vocabulary = vocabularyOf([...catalog.handlers, ok, broken, defineHandler({ name: 'unused', run: () => null })])
  const replayed = await replayTask(record, stream, { vocabulary })
  await catalog.close()
  if (E.isLeft(replayed)) throw new Error(replayed.left.message)
  const { version, state, decisions, differences } = replayed.right
  const unexpected = differences.filter(({ of }) => of !== 'head')
  if (unexpected.length > 0) throw new Error(JSON.stringify(unexpected))
  return {
    version,
    view: JSON.parse(JSON.stringify(viewOf(state))),
    decisions: decisions.map(({ step, version: at, recorded, same }) => [step, at, recorded.verdict, same] as const),
  }
}

/** A record as the log would give it, read from a bundle. */
export const recordIn = (bundle: string): { readonly record: TaskRecord; readonly stream: string } => {
  const events: StoredEvent[] = []
  const payloads = new Map<string, string>()
  let stream = ''
  for (const text of readFileSync(bundle, 'utf8').trimEnd().split('\n')) {
    const line = parseBundleLine(text)
    if (E.isLeft(line)) throw new Error(`${bundle}: ${line.left}`)
    if (line.right.kind === 'header') stream = line.right.header.stream
    else if (line.right.kind === 'event') events.push({ ...line.right.event, position: events.length + 1 })
    else payloads.set(line.right.digest, line.right.bytes.toString('utf8'))
  }
  const record: TaskRecord = {
    readStream: async (_, after, limit = events.length) => events.slice(after, after + limit),
    payloads: async (_, digests) =>
      digests.flatMap((digest) => {
        const text = payloads.get(digest)
        return text === undefined ? [] : [{ digest, text }]
      }),
    head: async () => undefined,
    heads: async () => [],
  }
  return { record, stream }
}
