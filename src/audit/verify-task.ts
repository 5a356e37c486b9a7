/**
 * Proves a task's record where it is stored: the chain of its events against the head that the log keeps of it and
 * against heads that were published elsewhere, and the payloads that its events refer to.
 */
import { HEADS_PER_PAGE } from '../core/limits.js'
import { digestsIn } from '../core/payload-references.js'
import type { StoredHead } from '../ports/log.js'
import { sha256 } from './digests.js'
import { EventChain, type Fault, type KnownHead } from './event-chain.js'
import { pagesOf, payloadsOf, type TaskRecord } from './record-pages.js'
import type { Verdict } from './verdict.js'

/** The verdict on one stream; one that does not exist is broken where a head of it was published, else undefined. */
export const verifyTask = async (
  record: TaskRecord,
  stream: string,
  heads: ReadonlyArray<KnownHead> = [],
): Promise<Verdict | undefined> => {
  const head = await record.head(stream)
  if (head !== undefined) return verifyStream(record, head, heads)
  const [first] = await record.readStream(stream, 0, 1)
  if (first === undefined && heads.length === 0) return undefined
  const message = first === undefined ? 'a head was published, and the log has no event' : 'the log keeps no head of it'
  return { kind: 'broken', stream, fault: { code: 'record_empty', version: 1, message } }
}

/**
 * Every stream of the log, one after the other, then those that only published heads know of. `each` is told every
 * verdict; nothing of a stream is kept.
 */
export const verifyAll = async (
  record: TaskRecord,
  published: ReadonlyMap<string, ReadonlyArray<KnownHead>>,
  each: (verdict: Verdict) => void,
): Promise<void> => {
  for (let after: string | undefined; ; ) {
    const page = await record.heads({ limit: HEADS_PER_PAGE, ...(after === undefined ? {} : { after }) })
    for (const head of page) each(await verifyStream(record, head, published.get(head.stream) ?? []))
    after = page.at(-1)?.stream
    if (page.length < HEADS_PER_PAGE) break
  }
  for (const [stream, heads] of published) {
    if ((await record.head(stream)) !== undefined) continue
    const verdict = await verifyTask(record, stream, heads)
    if (verdict !== undefined) each(verdict)
  }
}

const verifyStream = async (
  record: TaskRecord,
  head: StoredHead,
  published: ReadonlyArray<KnownHead>,
): Promise<Verdict> => {
  const { stream } = head
  const broken = (fault: Fault): Verdict => ({ kind: 'broken', stream, fault })
  const chain = new EventChain(stream, published)
  const digests = new Set<string>()
  for await (const page of pagesOf(record, stream)) {
    for (const event of page) {
      const fault = chain.take(event)
      if (fault !== undefined) return broken(fault)
      for (const digest of digestsIn(event)) digests.add(digest)
    }
  }
  const fault = againstHead(chain, head) ?? chain.end() ?? (await payloadFault(record, stream, digests))
  if (fault !== undefined) return broken(fault)
  return { kind: 'intact', stream, ...chain.standing, payloads: digests.size, heads: chain.confirmed }
}

/** A task that goes on while it is proven has a newer head than the one that was read first. */
const againstHead = ({ standing }: EventChain, head: StoredHead): Fault | undefined => {
  if (standing.version > head.version) return undefined
  if (standing.version < head.version) {
    const message = `event ${standing.version + 1} is missing: the record ends with event ${standing.version}, its head says ${head.version}`
    return { code: 'record_cut_short', version: standing.version + 1, message }
  }
  if (standing.hash === head.hash) return undefined
  const message = `the log's own head says that the last hash is ${head.hash}; it is ${standing.hash}`
  return { code: 'head_differs', version: head.version, message }
}

const payloadFault = async (
  record: TaskRecord,
  stream: string,
  digests: ReadonlySet<string>,
): Promise<Fault | undefined> => {
  const missing = new Set(digests)
  for await (const { digest, text } of payloadsOf(record, stream, digests)) {
    missing.delete(digest)
    const found = `sha256:${sha256(Buffer.from(text, 'utf8'))}`
    if (found === digest) continue
    return {
      code: 'payload_changed',
      version: null,
      message: `the bytes of payload ${digest} have the digest ${found}`,
    }
  }
  for (const digest of missing) {
    return { code: 'payload_missing', version: null, message: `payload ${digest} is not stored` }
  }
  return undefined
}
