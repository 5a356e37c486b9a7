import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { EXIT } from '../../src/cli/exit-code.js'
import type { OpenTasker } from '../../src/cli/system.js'
import { createDeadLetters } from '../../src/engine/dead-letters.js'
import { createExplanations } from '../../src/engine/explanations.js'
import { createGates } from '../../src/engine/gates.js'
import { createKeys } from '../../src/engine/keys.js'
import { createSchedules } from '../../src/engine/schedules.js'
import { StepFailure } from '../../src/ports/handler.js'
import { systemClock } from '../../src/system-clock.js'
import { createTemplates } from '../../src/templates/registry.js'
import { type SmallEngine, startSmallEngine, templateWith } from '../support/small-engine.js'
import { pretend } from './pretended-system.js'
import type { Spoken } from './spoken.js'

const test = suite('hands, dead letters and why on the command line')

interface Console {
  readonly small: SmallEngine
  /** Words of a command line; a text with spaces is one word in quotes. */
  say(line: string, environment?: Readonly<Record<string, string>>): Promise<Spoken>
  blocked(): Promise<string>
}

const NO_VOCABULARY = {
  digest: '',
  capabilities: new Map(),
  checkExpression: () => undefined,
  checkSchema: () => undefined,
}

const withConsole = (body: (console: Console) => Promise<void>) => async (): Promise<void> => {
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.name === 'broken') throw new StepFailure('broken', 'it broke', { retryable: false })
      return node.definition.name === 'wait' ? { kind: 'waiting', signal: 'go' } : 'done'
    },
  })
  const { engine, log, tasks } = small
  const open: OpenTasker = {
    tasks,
    gates: createGates({ log, engine, tasks, groups: {}, vocabulary: NO_VOCABULARY }),
    templates: createTemplates({ store: log, clock: systemClock, vocabulary: NO_VOCABULARY, environment: undefined }),
    schedules: createSchedules({
      store: log,
      creation: { clock: systemClock, vocabularyDigest: '', checkInput: async () => undefined },
    }),
    deadLetters: createDeadLetters({ engine, log }),
    keys: createKeys({ store: log, clock: systemClock }),
    why: createExplanations({ engine, log, clock: systemClock, groups: {} }),
    log,
    close: async () => undefined,
  }
  try {
    await body({
      small,
      say: (line, environment = {}) => pretend(COMMANDS, words(line), { environment, openTasker: async () => open }),
      blocked: async () => {
        const task = await tasks.create(templateWith({ broken: [], after: ['broken'] }), {})
        await task.result()
        return task.id
      },
    })
  } finally {
    await small.stop()
  }
}

const words = (line: string): ReadonlyArray<string> =>
  (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))

const actorsOf = async ({ log }: SmallEngine, id: string, type: string): Promise<ReadonlyArray<unknown>> =>
  (await log.readStream(`task-${id}`, 0))
    .filter((event) => event.type === type)
    .map(({ metadata, data }) => [JSON.parse(metadata).actor, JSON.parse(data).reason])

test(
  'who acts is the flag, else the environment, else the login name, and nobody has proved it',
  withConsole(async ({ say, blocked, small }) => {
    const id = await blocked()
    await say(`task pause ${id} --as ada --reason "a look"`, { TASKER_ACTOR: 'bob' })
    await say(`task resume ${id}`, { TASKER_ACTOR: 'bob' })
    await say(`task pause ${id}`)
    const person = (name: string) => ({ kind: 'person', id: name, authenticated: false })
    assert.equal(await actorsOf(small, id, 'task-paused'), [
      [person('ada'), 'a look'],
      [person('tester'), null],
    ])
    assert.equal(await actorsOf(small, id, 'task-resumed'), [[person('bob'), null]])
  }),
)

test(
  'what a task will not have is exit code 1, and a wrong question is 2',
  withConsole(async ({ say, blocked }) => {
    const id = await blocked()
    const refused = await say(`task resume ${id} --json`)
    assert.is(refused.exit, EXIT.failed)
    assert.is(JSON.parse(refused.stdout).error.code, 'task_not_paused')
    const codes = async (line: string) => {
      const { exit, stdout } = await say(`${line} --json`)
      return [exit, JSON.parse(stdout).error.code]
    }
    assert.equal(await codes('task cancel 01890000-0000-7000-8000-000000000000'), [EXIT.usage, 'task_unknown'])
    assert.equal(await codes(`step skip ${id} nobody`), [EXIT.usage, 'step_unknown'])
    assert.equal(await codes(`task priority ${id} high`), [EXIT.usage, 'usage'])
    assert.equal(await codes('task cancel'), [EXIT.usage, 'usage'])
    assert.equal(await codes(`task cancel ${id} --filter status=error`), [EXIT.usage, 'usage'])
    assert.equal(await codes(`task cancel ${id} --dry-run`), [EXIT.usage, 'usage'])
    assert.equal(await codes('task cancel --filter stauts=error'), [EXIT.usage, 'filter_invalid'])
    assert.equal(await codes('task cancel --filter " "'), [EXIT.usage, 'filter_empty'])
    assert.equal(await codes(`step complete ${id} broken`), [EXIT.usage, 'usage'])
    assert.equal(await codes(`step complete ${id} broken --result yes`), [EXIT.usage, 'invalid_json'])
  }),
)

test(
  'steps are completed, reset, resolved and skipped by hand',
  withConsole(async ({ say, blocked, small }) => {
    const completed = await blocked()
    assert.is((await say(`step complete ${completed} broken --result '{"n":1}'`)).exit, EXIT.complete)
    const view = await (await small.tasks.get(completed)).result()
    assert.equal(view.steps.broken?.result, { n: 1 })
    for (const verb of ['resolve', 'skip', 'reset']) {
      const { exit, stdout } = await say(`step ${verb} ${await blocked()} broken --reason because`)
      assert.is(exit, EXIT.complete, verb)
      assert.match(stdout, /^(resolved|skipped|reset) 0/)
    }
  }),
)

test(
  'a signal carries JSON from the line',
  withConsole(async ({ say, small }) => {
    const task = await small.tasks.create(templateWith({ wait: [] }), {})
    assert.is((await say(`task signal ${task.id} go --payload '{"amount":12}' --id once`)).exit, EXIT.complete)
    assert.equal((await task.result()).steps.wait?.result, { signal: { amount: 12 }, timed_out: false })
  }),
)

test(
  'a dry run tells each task, changes none, and the run after it reports what happened',
  withConsole(async ({ say, blocked, small }) => {
    const ids = [await blocked(), await blocked()]
    const { id: done } = await small.tasks.create(templateWith({ a: [] }), {})
    await (await small.tasks.get(done)).result()
    const line = 'step skip broken --filter template=small --reason "not needed"'
    const dry = await say(`${line} --dry-run`)
    assert.is(dry.exit, EXIT.complete)
    assert.is(dry.stdout.match(/would be skipped/g)?.length, 2)
    assert.match(dry.stdout, new RegExp(`${done}.*task_closed`))
    assert.match(dry.stderr, 'would be skipped: 2; refused: 1')
    for (const id of ids) assert.is((await (await small.tasks.get(id)).view()).status, 'blocked_by_failures')
    const real = await say(`${line} --json`)
    assert.is(real.exit, EXIT.failed)
    const report = JSON.parse(real.stdout)
    assert.equal([report.dry_run, report.changed, report.refused], [false, 2, 1])
    for (const id of ids) assert.is((await (await small.tasks.get(id)).result()).status, 'complete')
  }),
)

test(
  'tasks are listed by a filter and shown with their steps',
  withConsole(async ({ say, blocked }) => {
    const id = await blocked()
    await blocked()
    const listed = JSON.parse((await say('task list --filter status=blocked_by_failures --limit 1 --json')).stdout)
    assert.is(listed.tasks[0].task, id)
    assert.is(listed.more, true)
    assert.match((await say('task list')).stdout, new RegExp(`${id}  blocked_by_failures  .*  default/small`))
    assert.match((await say(`task show ${id}`)).stdout, /broken {2}error {4}failed {2}attempt 1 {2}broken: /)
    const shown = JSON.parse((await say(`task show ${id} --json`)).stdout)
    assert.equal([shown.status, shown.error.step], ['blocked_by_failures', 'broken'])
  }),
)

test(
  'a dead letter is listed, shown with its history, and resolved',
  withConsole(async ({ say, blocked }) => {
    assert.match((await say('dlq list')).stdout, 'No task has to be looked into.')
    const id = await blocked()
    assert.match((await say('dlq list')).stdout, new RegExp(`${id}  blocked  .*  small  broken  broken`))
    const shown = await say(`dlq show ${id}`)
    assert.match(shown.stdout, /blocked since .*blocked_by_failures/)
    assert.match(shown.stdout, 'retry, reset, resolve or skip what failed')
    assert.is((await say(`dlq resolve ${id} --resolution nonsense`)).exit, EXIT.usage)
    assert.is((await say(`dlq resolve ${id} --reason paid`)).exit, EXIT.complete)
    const after = JSON.parse((await say(`dlq show ${id} --json`)).stdout)
    assert.is(after.dead_letter, null)
    assert.equal(
      after.history.map(({ what }: { what: string }) => what),
      ['task-blocked', 'dead-letter-resolved', 'task-resolved-manually'],
    )
    assert.is((await say(`dlq resolve ${id}`)).exit, EXIT.failed)
  }),
)

test(
  'why says it in sentences, or as data',
  withConsole(async ({ say, blocked }) => {
    const id = await blocked()
    assert.match((await say(`why ${id}`)).stdout, 'the task is blocked: broken failed for good')
    assert.match((await say(`why ${id} after`)).stdout, 'after will not run: broken failed')
    const { reasons } = JSON.parse((await say(`why ${id} after --json`)).stdout)
    assert.equal([reasons[0].kind, reasons[0].origin.step], ['never', 'broken'])
    assert.is((await say(`why ${id} nobody`)).exit, EXIT.usage)
  }),
)

test.run()
