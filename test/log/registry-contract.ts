/** The part of the contract that stands beside the events: registered templates, what may be dead, who lives. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { appendTo, event, head, land, NOWHERE, newStream } from './appends.js'
import type { WithLog } from './contract.js'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 0, 1)

export const registryContract = (test: Test, withLog: WithLog): void => {
  templates(test, withLog)
  limits(test, withLog)
  deadLetters(test, withLog)
  test(
    'live sessions say which handlers they have',
    withLog(async ({ log, other }) => {
      const mine = await log.openSession('a', ['default'], MINUTE, ['charge'])
      const silent = await other.openSession('b', ['default'], MINUTE)
      const gone = await other.openSession('c', ['default'], -1, ['refund'])
      const live = new Map((await log.liveSessions()).map((session) => [session.id, session]))
      assert.equal(live.get(mine.id), { ...mine, handlers: ['charge'] })
      assert.equal(live.get(silent.id)?.handlers, [])
      assert.not.ok(live.has(gone.id))
    }),
  )
}

const templates = (test: Test, withLog: WithLog): void => {
  test(
    'a version of a template is what was registered first, for ever',
    withLog(async ({ log, other }) => {
      const namespace = `n-${randomUUID()}`
      const one = {
        namespace,
        name: 'order',
        version: '1.0.0',
        digest: 'sha256:1',
        text: 'one',
        registeredBy: 'ada',
        registeredVia: 'key:1',
      }
      const stored = { ...one, registeredAt: '2026-01-01T00:00:00.000Z' }
      assert.equal(await log.registerTemplate(one, NOW), stored)
      const again = { ...one, digest: 'sha256:2', text: 'two', registeredBy: 'bob', registeredVia: null }
      assert.equal(await other.registerTemplate(again, NOW + 1), stored)
      assert.equal(await other.readTemplate(namespace, 'order', '1.0.0'), stored)
      assert.is(await other.readTemplate(namespace, 'order', '1.0.1'), undefined)
    }),
  )

  test(
    'templates are listed by name, their versions as they came',
    withLog(async ({ log }) => {
      const namespace = `n-${randomUUID()}`
      const register = (name: string, version: string, at: number) =>
        log.registerTemplate(
          { namespace, name, version, digest: 'd', text: 't', registeredBy: 'ada', registeredVia: null },
          NOW + at,
        )
      await register('b', '1.0.0', 0)
      await register('a', '2.0.0', 1)
      await register('a', '10.0.0', 2)
      const shown = async (name?: string) =>
        (await log.listTemplates({ namespace, ...(name === undefined ? {} : { name }) })).map(
          (template) => `${template.name} ${template.version}`,
        )
      assert.equal(await shown(), ['a 2.0.0', 'a 10.0.0', 'b 1.0.0'])
      assert.equal(await shown('b'), ['b 1.0.0'])
      assert.not.ok((await log.listTemplates({})).some((template) => 'text' in template))
    }),
  )
}

const limits = (test: Test, withLog: WithLog): void => {
  test(
    'how much of a limit is taken can be asked',
    withLog(async ({ log, other }) => {
      const limit = `key/${randomUUID()}`
      const need = { limit, concurrency: 3, rate: { max: 4, perMs: MINUTE * 60 } }
      assert.equal(await log.limitUse([need]), [{ limit, held: 0, tokens: 4 }])
      const take = ['1/1', '2/1'].map((holder) => ({ ...need, holder }))
      await land(log, appendTo(newStream(), NOWHERE, { slots: { free: [], take } }))
      const [use, none] = await other.limitUse([need, { limit: `${limit}/other`, concurrency: 1 }])
      assert.is(use?.held, 2)
      assert.is(Math.floor(use?.tokens ?? 0), 2)
      assert.equal(none, { limit: `${limit}/other`, held: 0, tokens: null })
      assert.equal(await log.limitUse([]), [])
    }),
  )
}

const deadLetters = (test: Test, withLog: WithLog): void => {
  test(
    'streams that may be dead are those whose last word says so and that are not over',
    withLog(async ({ log }) => {
      const stream = async (status: string, ...types: ReadonlyArray<string>): Promise<string> => {
        const name = newStream()
        const events = types.map((type) => event('{}', type))
        await land(log, appendTo(name, NOWHERE, { events, head: head({ status }) }))
        return name
      }
      const blocked = await stream('blocked_by_failures', 'task-created', 'task-blocked')
      const repaired = await stream('running', 'task-blocked', 'task-reopened')
      const late = await stream('running', 'deadline-passed', 'step-started')
      const done = await stream('complete', 'deadline-passed', 'task-completed')
      const resolved = await stream('error', 'task-failed', 'dead-letter-resolved')
      const mine = [blocked, repaired, late, done, resolved].sort()
      const found: string[] = []
      for (let after: string | undefined; ; after = found.at(-1)) {
        const page = await log.deadLetterStreams(1, after)
        found.push(...page)
        if (page.length === 0) break
      }
      assert.equal(
        found.filter((name) => mine.includes(name)),
        [blocked, late].sort(),
      )
    }),
  )
}
