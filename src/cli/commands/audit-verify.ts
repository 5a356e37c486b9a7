/** `tasker audit verify`: proves a bundle, one task or all of them, and names the first event that is not as it was. */
import * as E from 'fp-ts/lib/Either.js'
import type { KnownHead } from '../../audit/event-chain.js'
import { readHeads, trustedKeysFrom } from '../../audit/published-head.js'
import type { Verdict } from '../../audit/verdict.js'
import { verifyBundle } from '../../audit/verify-bundle.js'
import { verifyAll, verifyTask } from '../../audit/verify-task.js'
import type { JsonObject } from '../../core/json.js'
import { keyFor, streamFor } from '../audited-file.js'
import type { Command, Invocation } from '../command.js'
import { counted } from '../counted.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { onlyOnDatabase } from '../on-database.js'
import { countingBar } from '../progress-bar.js'
import { streamIn, unknownTask } from '../task-argument.js'
import { UserError, usageError } from '../user-error.js'

type Heads = ReadonlyMap<string, ReadonlyArray<KnownHead>>

export const auditVerifyCommand: Command = {
  name: 'audit verify',
  summary: 'prove that a record is the one that was appended',
  arguments: [{ name: 'BUNDLE.ndjson', optional: true }],
  options: {
    task: { type: 'string', value: 'TASK', summary: 'this task, where it is stored' },
    all: { type: 'boolean', summary: 'every task of the log' },
    heads: { type: 'string', value: 'FILE', summary: 'against the heads that were published in this file' },
    'public-key': {
      type: 'string',
      multiple: true,
      value: 'FILE',
      summary: 'the key that signed them, Ed25519 in PEM form (repeatable)',
    },
  },
  details:
    'Every event carries a hash that covers the one before it: a bit that was flipped, an event that was removed or moved,\n' +
    'is found and named. Somebody who computes all hashes anew is found out by heads that were published before.\n' +
    'Exits with 0 where everything is proven, 1 where something is broken, 2 where there is nothing to prove.',
  examples: [
    { command: 'tasker audit verify bundle.ndjson', says: 'a bundle, without a database' },
    { command: 'tasker audit verify --all', says: 'everything that is stored' },
    {
      command: 'tasker audit verify bundle.ndjson --heads heads.ndjson --public-key audit.pub.pem',
      says: 'also that nobody rewrote it since the heads were published',
    },
  ],
  run: async (invocation) => {
    const { system, output } = invocation
    const [bundle] = invocation.arguments
    const task = invocation.option('task')
    const chosen = [bundle !== undefined, task !== undefined, invocation.has('all')].filter(Boolean).length
    if (chosen !== 1) {
      throw usageError('name a bundle, or --task TASK, or --all: one of them', 'see tasker audit verify --help')
    }
    const heads = await headsOf(invocation)
    if (bundle !== undefined) return tell(invocation, [await ofBundle(invocation, bundle, heads)])
    onlyOnDatabase('proving a record that is stored', invocation)
    return withLog(invocation, async ({ record }) => {
      if (task !== undefined) {
        const verdict = await verifyTask(record, streamIn(task), heads.get(streamIn(task)) ?? [])
        if (verdict === undefined) throw unknownTask(task)
        return tell(invocation, [verdict])
      }
      const tally = new Tally()
      const bar = countingBar(system.stderr, output.note)
      await verifyAll(record, heads, (verdict) => {
        tally.take(verdict)
        bar.show('proving', `${tally.intact + tally.count} tasks, ${tally.events} events`)
      })
      bar.end()
      return tellAll(invocation, tally)
    })
  },
}

const ofBundle = async ({ system }: Invocation, file: string, heads: Heads): Promise<Verdict> => {
  const verified = await verifyBundle(await streamFor(file, 'bundle', system), (stream) => heads.get(stream) ?? [])
  if (E.isRight(verified)) return verified.right
  const { code, message, line } = verified.left
  throw new UserError({ code, message, place: { source: file, line } })
}

const headsOf = async ({ option, options, system }: Invocation): Promise<Heads> => {
  const file = option('heads')
  const keyFiles = options('public-key')
  if ((file === undefined) !== (keyFiles.length === 0)) {
    throw usageError('--heads FILE and --public-key FILE go together: a head that nobody signed proves nothing')
  }
  if (file === undefined) return new Map()
  const keys = trustedKeysFrom(await Promise.all(keyFiles.map((name) => keyFor(name, system))))
  if (E.isLeft(keys)) throw new UserError({ ...keys.left, place: { source: keyFiles.join(', ') } })
  const heads = await readHeads(await streamFor(file, 'heads', system), keys.right)
  if (E.isRight(heads)) return heads.right
  const { code, message, line } = heads.left
  // A head with a false signature is itself a proof that somebody tampered.
  const exitCode = code === 'head_forged' ? EXIT.failed : EXIT.usage
  throw new UserError({ code, message, exitCode, place: { source: file, ...(line === undefined ? {} : { line }) } })
}

/** Of many verdicts only the broken ones are kept, and not too many of those. */
class Tally {
  intact = 0
  events = 0
  heads = 0
  count = 0
  readonly broken: Verdict[] = []

  take(verdict: Verdict): void {
    if (verdict.kind === 'intact') {
      this.intact += 1
      this.events += verdict.version
      this.heads += verdict.heads
      return
    }
    this.count += 1
    if (this.broken.length < MAX_BROKEN_TOLD) this.broken.push(verdict)
  }
}

const MAX_BROKEN_TOLD = 100

const tell = ({ json, output }: Invocation, verdicts: ReadonlyArray<Verdict>): number => {
  for (const verdict of verdicts) {
    if (json) output.printJson(verdictAsJson(verdict))
    else output.print(sentenceOf(verdict, output))
  }
  return verdicts.every(({ kind }) => kind === 'intact') ? EXIT.complete : EXIT.failed
}

const tellAll = ({ json, output }: Invocation, tally: Tally): number => {
  const { intact, events, heads, count, broken } = tally
  if (json) output.printJson({ intact, events, heads, broken: count, faults: broken.map(verdictAsJson) })
  else {
    for (const verdict of broken) output.print(sentenceOf(verdict, output))
    output.print(`${counted(intact, 'task')} with ${counted(events, 'event')} proven${ofHeads(heads)}; ${count} broken`)
  }
  return count === 0 ? EXIT.complete : EXIT.failed
}

const sentenceOf = (verdict: Verdict, { paint }: Invocation['output']): string => {
  if (verdict.kind === 'broken') {
    const { code, message } = verdict.fault
    return `${paint.red('broken')} ${verdict.stream}: ${message} (${code})`
  }
  const { stream, version, payloads, heads, hash } = verdict
  return `${paint.green('intact')} ${stream}: ${counted(version, 'event')} and ${counted(payloads, 'payload')} proven${ofHeads(heads)}; the last hash is ${hash}`
}

const ofHeads = (heads: number): string =>
  heads === 0 ? '' : `, in agreement with ${counted(heads, 'published head')}`

const verdictAsJson = (verdict: Verdict): JsonObject =>
  verdict.kind === 'intact'
    ? { ...verdict, kind: 'intact' }
    : { kind: 'broken', stream: verdict.stream, ...verdict.fault }
