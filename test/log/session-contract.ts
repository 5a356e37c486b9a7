/** The part of the contract that is about who works and who leads: sessions, their guards, leadership. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { appendTo, head, land, NOWHERE, newStream, one } from './appends.js'
import type { WithLog } from './contract.js'

const MINUTE = 60_000

export const sessionContract = (test: Test, withLog: WithLog): void => {
  leases(test, withLog)
  guards(test, withLog)
  leadership(test, withLog)
}

const leases = (test: Test, withLog: WithLog): void => {
  test(
    'a renewal tells who else is there and what to abort',
    withLog(async ({ log, other }) => {
      const mine = await log.openSession('a', ['default', 'catalog'], MINUTE)
      const theirs = await other.openSession('b', ['default'], MINUTE, ['do_it'])
      const gone = await other.openSession('c', ['default'], -1)
      const stream = newStream()
      const abort = {
        key: 'abort/3',
        kind: 'abort',
        dueAt: 0,
        target: String(mine.id),
        priority: 0,
        data: '{"step":3}',
      } as const
      await land(log, appendTo(stream, NOWHERE, { due: { put: [abort], remove: [] } }))
      const renewal = await log.renewSession(mine.id, MINUTE)
      assert.is(renewal.alive, true)
      assert.equal(renewal.abort, [{ stream, key: 'abort/3', data: '{"step":3}' }])
      const known = new Map(renewal.sessions.map((session) => [session.id, session]))
      assert.equal(known.get(mine.id), { ...mine, handlers: [] })
      assert.equal(known.get(theirs.id), { ...theirs, handlers: ['do_it'] })
      assert.is(known.has(gone.id), false)
      assert.equal((await other.renewSession(theirs.id, MINUTE)).abort, [])
    }),
  )

  test(
    'a session that ran out may be renewed until it is declared lost',
    withLog(async ({ log }) => {
      const session = await log.openSession('a', ['default'], -1)
      assert.is((await log.renewSession(session.id, MINUTE)).alive, true)
      await log.endSession(session.id)
      assert.is((await log.renewSession(session.id, MINUTE)).alive, false)
      assert.is((await log.renewSession(9_999_999, MINUTE)).alive, false)
    }),
  )

  test(
    'what a dead session holds is found, in open tasks only',
    withLog(async ({ log }) => {
      const dead = await log.openSession('dead', ['default'], -1)
      const ended = await log.openSession('ended', ['default'], MINUTE)
      const alive = await log.openSession('alive', ['default'], MINUTE)
      await log.endSession(ended.id)
      const [a, b] = [newStream(), newStream()].sort() as [string, string]
      await land(log, appendTo(b, NOWHERE, { head: head({ holders: [dead.id, alive.id] }) }))
      await land(log, appendTo(a, NOWHERE, { head: head({ holders: [ended.id, dead.id] }) }))
      await land(log, appendTo(newStream(), NOWHERE, { head: head({ holders: [dead.id], open: false }) }))
      const held = (await log.expiredSessions()).filter(({ session }) =>
        [dead.id, ended.id, alive.id].includes(session),
      )
      assert.equal(held, [
        { session: dead.id, streams: [a, b] },
        { session: ended.id, streams: [a] },
      ])
    }),
  )
}

const guards = (test: Test, withLog: WithLog): void => {
  test(
    'a claim for a session that has ended is refused, and only that one',
    withLog(async ({ log }) => {
      const alive = await log.openSession('a', ['default'], MINUTE)
      const ended = await log.openSession('b', ['default'], MINUTE)
      await log.endSession(ended.id)
      const outcomes = await log.append([
        appendTo(newStream(), NOWHERE, { guards: [{ kind: 'session-alive', session: alive.id }] }),
        appendTo(newStream(), NOWHERE, { guards: [{ kind: 'session-alive', session: ended.id }] }),
        appendTo(newStream(), NOWHERE),
      ])
      assert.equal(
        outcomes.map((outcome) => outcome.kind),
        ['landed', 'refused', 'landed'],
      )
      assert.is(outcomes[1]?.kind === 'refused' && outcomes[1].constraint, 'session_expired')
    }),
  )

  test(
    'a session is declared lost by the append that says so, unless it was renewed',
    withLog(async ({ log }) => {
      const lost = await log.openSession('a', ['default'], -1)
      const renewed = await log.openSession('b', ['default'], -1)
      const streams = [newStream(), newStream()]
      const starts = await Promise.all(streams.map((stream) => land(log, appendTo(stream, NOWHERE))))
      await log.renewSession(renewed.id, MINUTE)
      const outcomes = await log.append(
        [lost, renewed].map((session, index) =>
          appendTo(streams[index] ?? '', starts[index] ?? NOWHERE, {
            guards: [{ kind: 'session-expired', session: session.id }],
          }),
        ),
      )
      assert.equal(
        outcomes.map((outcome) => outcome.kind),
        ['landed', 'refused'],
      )
      assert.is(outcomes[1]?.kind === 'refused' && outcomes[1].constraint, 'session_alive')
      assert.is((await log.renewSession(lost.id, MINUTE)).alive, false)
      assert.is((await log.renewSession(renewed.id, MINUTE)).alive, true)
    }),
  )

  test(
    'an append that conflicts declares nobody lost',
    withLog(async ({ log }) => {
      const session = await log.openSession('a', ['default'], -1)
      const stream = newStream()
      await land(log, appendTo(stream, NOWHERE))
      const outcome = await one(
        log,
        appendTo(stream, NOWHERE, { guards: [{ kind: 'session-expired', session: session.id }] }),
      )
      assert.is(outcome.kind, 'conflict')
      assert.is((await log.renewSession(session.id, MINUTE)).alive, true)
    }),
  )
}

const leadership = (test: Test, withLog: WithLog): void => {
  test(
    'one process leads under a name until it resigns or closes',
    withLog(async ({ log, other }) => {
      const name = randomUUID()
      const first = await log.lead(name)
      assert.is(first?.lost.aborted, false)
      assert.is(await other.lead(name), undefined)
      assert.is(await log.lead(name), undefined)
      assert.ok(await other.lead(randomUUID()))
      await first?.resign()
      const second = await other.lead(name)
      assert.ok(second)
      await other.close()
      assert.is(second?.lost.aborted, true)
      assert.ok(await log.lead(name))
    }),
  )
}
