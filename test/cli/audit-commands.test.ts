/** Proofs, replays and stories on the command line, over a log in memory. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { OpenLog } from '../../src/cli/system.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import { recordTask } from '../audit/recorded-task.js'
import { fragmentOf, ok, type Planned, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { withFolder } from '../support/temporary-folder.js'
import { NOBODY_PROJECTS } from './nobody-projects.js'
import { pretend } from './pretended-system.js'

const test = suite('audit and replay on the command line')

const opened = (record: OpenLog['record']): OpenLog => ({
  events: () => {
    throw new Error('nobody lists events here')
  },
  subscriptions: {
    list: async () => [],
    parked: async () => [],
    replay: async () => 0,
    skip: async () => 0,
    remove: async () => false,
  },
  record,
  projections: NOBODY_PROJECTS,
  mirror: () => Promise.reject(new Error('nothing is mirrored here')),
  close: async () => undefined,
})

const tasker = (record: OpenLog['record'], cwd: string, ...argv: ReadonlyArray<string>) => {
  const catalog = createCatalog()
  return pretend(COMMANDS, argv, {
    cwd,
    openLog: async () => opened(record),
    vocabularyOf: () => vocabularyOf([...catalog.handlers, ok]),
  }).finally(() => catalog.close())
}

const withKeys = (cwd: string): void => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(cwd, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
}

test('a bundle is exported and proven without a database; one that was changed is exit code 1', () =>
  withFolder(async (cwd) => {
    const { log, stream } = await recordTask()
    const exported = await tasker(log, cwd, 'audit', 'export', stream)
    assert.is(exported.exit, 0)
    writeFileSync(join(cwd, 'bundle.ndjson'), exported.stdout)
    const proven = await pretend(COMMANDS, ['audit', 'verify', 'bundle.ndjson'], { cwd })
    assert.is(proven.exit, 0, proven.stderr)
    assert.match(proven.stdout, `intact ${stream}: 6 events and 1 payload proven`)
    writeFileSync(join(cwd, 'bundle.ndjson'), exported.stdout.replace('1.5', '2.5'))
    const broken = await pretend(COMMANDS, ['audit', 'verify', 'bundle.ndjson', '--json'], { cwd })
    assert.is(broken.exit, 1)
    const { kind, version, code } = JSON.parse(broken.stdout)
    assert.equal([kind, version, code], ['broken', 4, 'event_changed'])
  }))

test('what is no bundle, or not there, is exit code 2 with its place', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'x.ndjson'), '{"hello":1}\n')
    const none = await pretend(COMMANDS, ['audit', 'verify', 'x.ndjson'], { cwd })
    assert.is(none.exit, 2)
    assert.match(none.stderr, 'x.ndjson:1')
    assert.is((await pretend(COMMANDS, ['audit', 'verify', 'y.ndjson'], { cwd })).exit, 2)
    assert.is((await pretend(COMMANDS, ['audit', 'verify'], { cwd })).exit, 2)
    assert.is((await pretend(COMMANDS, ['audit', 'verify', 'x.ndjson', '--all'], { cwd })).exit, 2)
    assert.is((await pretend(COMMANDS, ['audit', 'verify', 'x.ndjson', '--heads', 'h'], { cwd })).exit, 2)
    const { log } = await recordTask()
    assert.is((await tasker(log, cwd, 'audit', 'export', 'nobody')).exit, 2)
    assert.is((await tasker(log, cwd, 'audit', 'verify', '--task', 'nobody')).exit, 2)
  }))

test('heads are signed a line each, and find out a record that was rewritten with all its hashes', () =>
  withFolder(async (cwd) => {
    withKeys(cwd)
    const store = createMemoryStore()
    const { log, stream } = await recordTask(store)
    await recordTask(store)
    const heads = await tasker(log, cwd, 'audit', 'heads', '--key', 'key.pem')
    const lines = heads.stdout.trim().split('\n')
    assert.is(lines.length, 2)
    assert.equal(Object.keys(JSON.parse(lines[0] ?? '')), ['stream', 'version', 'hash', 'time', 'key', 'signature'])
    writeFileSync(join(cwd, 'heads.ndjson'), heads.stdout)
    const against = ['--heads', 'heads.ndjson', '--public-key', 'pub.pem']
    const all = await tasker(log, cwd, 'audit', 'verify', '--all', ...against)
    assert.is(all.exit, 0, all.stdout + all.stderr)
    assert.match(all.stdout, '2 tasks with 12 events proven, in agreement with 2 published heads; 0 broken')
    const genuine = store.streams.get(stream) ?? []
    const forged = await recordTask(store)
    const anew = (store.streams.get(forged.stream) ?? []).map((event) => ({ ...event, stream }))
    store.streams.set(stream, anew)
    const found = await tasker(log, cwd, 'audit', 'verify', '--task', stream, ...against)
    assert.is(found.exit, 1)
    store.streams.set(stream, genuine)
    assert.is((await tasker(log, cwd, 'audit', 'verify', '--task', stream, ...against)).exit, 0)
    writeFileSync(join(cwd, 'heads.ndjson'), heads.stdout.replace('"version":6', '"version":5'))
    assert.is((await tasker(log, cwd, 'audit', 'verify', '--all', ...against)).exit, 1)
    writeFileSync(join(cwd, 'heads.ndjson'), 'x\n')
    assert.is((await tasker(log, cwd, 'audit', 'verify', '--all', ...against)).exit, 2)
    assert.match((await tasker(log, cwd, 'audit', 'heads')).stderr, 'not signed')
  }))

const planned = async (use: (planned: Planned, task: string) => Promise<void>): Promise<void> => {
  const made = await plannedTasker(({ call }) => fragmentOf([{ name: 'one', handler: call === 1 ? 'nobody' : 'ok' }]))
  const template = await made.tasker.template(plannedFrame({ approve_plan: true }))
  const task = await made.tasker.tasks.create(template, {})
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  await made.tasker.gates.approve(task.id, 'plan', { actor: 'ada', comment: 'go on' })
  await task.result()
  await use(made, task.id)
  await made.tasker.close()
}

test('the story says what was asked, answered, found, made and paid, and who approved', () =>
  planned(async ({ log }, task) => {
    const { stdout, exit } = await tasker(log, '/', 'audit', task)
    assert.is(exit, 0)
    for (const part of [
      'plan, call 1: REJECTED by validation',
      'asked:     scripted',
      ': do it',
      'shown:     task.context whole',
      'max_steps 18',
      'reasoning: because',
      'unknown_handler at steps.0.handler',
      'plan, call 2: accepted and materialised',
      'created:   plan/one',
      'approved:  by ada',
      'approved by ada (not authenticated): go on',
      '2 calls: 1 plans accepted, 1 rejected, 0 failed; 1 steps created; 20 tokens in, 20 out, $0.0200',
    ]) {
      assert.match(stdout, part)
    }
    const full = await tasker(log, '/', 'audit', task, '--full')
    assert.match(full.stdout, '"fragment_version":"1.0"')
    const { story, totals } = JSON.parse((await tasker(log, '/', 'audit', task, '--json')).stdout)
    assert.equal(
      story.map(({ kind }: { kind: string }) => kind),
      ['call', 'call', 'gate'],
    )
    assert.is(story[1].approved_by[0], 'ada')
    assert.match(story[0].prompt.system, 'fragment')
    assert.is(totals.cost_usd, 0.02)
    assert.is((await tasker(log, '/', 'audit', 'nobody')).exit, 2)
  }))

test('a replay says that all is the same, or draws the task as it was', () =>
  planned(async ({ log }, task) => {
    const { stdout, exit } = await tasker(log, '/', 'replay', task)
    assert.match(stdout, 'the fold agrees')
    assert.match(stdout, /version \d+, the plan of plan: rejected/)
    // Another catalog than the task's own: the decisions are the same all the same.
    assert.is(exit, 0, stdout)
    const past = await tasker(log, '/', 'replay', task, '--at', '6')
    assert.match(past.stdout, /◆ plan +plan +in_progress/)
    assert.not.match(past.stdout, 'plan/one')
    const now = JSON.parse((await tasker(log, '/', 'replay', task, '--json')).stdout)
    assert.equal(
      now.steps.map(({ name, standing }: { name: string; standing: string }) => `${name} ${standing}`),
      ['plan complete', 'plan/one complete', 'finish complete'],
    )
    assert.is((await tasker(log, '/', 'replay', task, '--at', '9999')).exit, 2)
    assert.is((await tasker(log, '/', 'replay', task, '--at', 'x')).exit, 2)
  }))

test('a fork is made by its version, and says the new task', async () => {
  const asked: unknown[] = []
  const fork = async (...args: unknown[]) => {
    asked.push(args)
    return { id: 'new' }
  }
  const openTasker = async () => ({ tasks: { fork }, close: async () => undefined }) as never
  const made = await pretend(COMMANDS, ['fork', 'task-old', '--at', '7', '--replan', '--as', 'ada'], { openTasker })
  assert.is(made.stdout, 'new\n')
  const actor = { kind: 'person', id: 'ada', authenticated: false }
  assert.equal(asked, [['old', { at: 7, replan: true, actor }]])
  assert.is((await pretend(COMMANDS, ['fork', 'old'], { openTasker })).exit, 2)
  assert.is((await pretend(COMMANDS, ['fork', 'old', '--at', '0'], { openTasker })).exit, 2)
})

test('a step is traced to the plan and the task that it comes from', () =>
  planned(async ({ log }, task) => {
    const { stdout, exit } = await tasker(log, '/', 'provenance', task, 'plan/one')
    assert.is(exit, 0)
    for (const part of [
      'created: planned by plan',
      'plan, call 1: REJECTED by validation',
      'plan, call 2: accepted',
      'a step of the template planned 1.0.0',
      `task ${task}`,
    ]) {
      assert.match(stdout, part)
    }
    const { links, root } = JSON.parse((await tasker(log, '/', 'provenance', task, 'plan/one', '--json')).stdout)
    assert.equal(
      links.map(({ step }: { readonly step: string }) => step),
      ['plan/one', 'plan'],
    )
    assert.match(links[0].decision.calls[1].prompt.prompt, 'do it')
    assert.match(links[0].decision.calls[1].prompt_digest, 'sha256:')
    assert.is(root.template.name, 'planned')
    assert.is((await tasker(log, '/', 'provenance', task, 'plan/two')).exit, 2)
    assert.is((await tasker(log, '/', 'provenance', 'nobody', 'plan')).exit, 2)
  }))

test.run()
