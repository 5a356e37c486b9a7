/**
 * What steps, models and people write is shown as text, wherever it is shown: every page that a world full of hostile
 * texts has is visited by its links, and none of them runs, loads or restyles anything.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { streamOf } from '../../src/engine/ids.js'
import { StepFailure } from '../../src/ports/handler.js'
import { scriptedPlanner } from '../support/planned-tasker.js'
import { pageFaults, tagsOf } from './html-tokens.js'
import { openPages, type Pages } from './pages.js'

const test = suite('hostile texts on pages')

const MARK = 'xssmark'
/** Leaves an attribute of either quote, a text, a script, a style, a comment and a drawing, and then begins something. */
const HOSTILE = `"'><${MARK}></script></style></textarea></title></svg>--><${MARK} onload=${MARK}()><script>${MARK}()</script><img src=x onerror=${MARK}()><svg/onload=${MARK}()><a href="javascript:${MARK}()">&lt;${MARK}&gt; {{${MARK}}} javascript:${MARK}()`
const LINK = `javascript:${MARK}()`

const answers = defineHandler({
  name: 'answers',
  run: () => ({ [HOSTILE]: HOSTILE, link: LINK, list: [HOSTILE, LINK] }),
})
const breaks = defineHandler({
  name: 'breaks',
  run: () => {
    throw new StepFailure('broken', HOSTILE, { retryable: false })
  },
})

const step = (name: string, callable: string, more: object = {}) => ({ name, handler: { callable }, ...more })
const template = (name: string, steps: ReadonlyArray<object>, more: object = {}) => ({
  name,
  version: '1.0.0',
  description: HOSTILE,
  steps,
  metadata: { note: HOSTILE, link: LINK },
  ...more,
})

const gate = {
  name: 'review',
  type: 'gate',
  description: HOSTILE,
  handler: {
    callable: 'catalog:gate',
    initialization: { question: HOSTILE, groups: ['ada'], required: 2, context: { [HOSTILE]: LINK } },
  },
}

const planning = {
  name: 'plan',
  type: 'planning',
  handler: { callable: 'catalog:plan', initialization: { goal: HOSTILE, approve_plan: true, max_revisions: 2 } },
}
const bounds = { max_steps: 10, max_depth: 4, max_fan_out: 4, max_phases: 1, max_planner_calls: 3 }

const fragment = (handler: string) => ({
  fragment_version: '1.0',
  planning_context: { goal: HOSTILE, reasoning: HOSTILE },
  steps: [{ name: 'one', handler, config: { input: { [HOSTILE]: LINK }, expression: '@' } }],
  convergence: 'findings',
})

/** The first proposal is refused, with its hostile name in the finding; the second waits for approval. */
const openWorld = async () => {
  let calls = 0
  const planner = scriptedPlanner(() => {
    calls += 1
    return fragment(calls === 1 ? `made_up ${HOSTILE}` : 'transform')
  })
  const pages = await openPages({ handlers: [answers, breaks], planner, groups: { ada: ['ada'] } })
  const { tasker } = pages
  const by = { actor: HOSTILE.slice(0, 90), reason: HOSTILE }
  const started = async (written: object) => {
    const { registered } = await tasker.templates.register(JSON.parse(JSON.stringify(written)), by)
    const { name, version } = registered
    const actor = { kind: 'person', id: by.actor, authenticated: false } as const
    const input = { word: HOSTILE, link: LINK }
    return tasker.tasks.create({ name, version }, input, { idempotencyKey: HOSTILE, correlation: HOSTILE, actor })
  }
  const answered = await started(template('answered', [step('first', 'answers', { description: HOSTILE })]))
  await answered.result()
  const broken = await started(template('broken', [step('first', 'breaks')]))
  await broken.result()
  const gated = await started(template('gated', [gate]))
  const findings = step('findings', 'answers', { type: 'deferred_convergence', dependencies: ['plan'] })
  const planned = await started(template('planned', [planning, findings], { bounds }))
  for (const task of [gated, planned]) await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  await tasker.tasks.change(gated.id, { kind: 'signal', name: HOSTILE.slice(0, 100), payload: HOSTILE }, by)
  await tasker.tasks.change(gated.id, { kind: 'pause' }, by)
  await tasker.tasks.change(gated.id, { kind: 'resume' }, by)
  await tasker.gates.approve(gated.id, 'review', { actor: 'ada', comment: HOSTILE })
  await tasker.deadLetters.resolve(broken.id, 'permanently_failed', by)
  await tasker.schedules.add(
    { name: 'nightly', cron: '@yearly', template: { name: 'answered' }, input: { a: HOSTILE } },
    by,
  )
  await pages.projected()
  return { pages, tasks: [answered, broken, gated, planned] }
}

const shared = openWorld()

/** Every page that can be come to by links, those of a form that only looks included. */
const visited = async (pages: Pages, starts: ReadonlyArray<string>) => {
  const found = new Map<string, string>()
  const waiting = [...starts]
  for (let path = waiting.shift(); path !== undefined && found.size < MAX_PAGES; path = waiting.shift()) {
    if (found.has(path)) continue
    const { text, status, headers } = await pages.get(path)
    if (headers.get('content-type')?.startsWith('text/html') !== true) continue
    assert.ok(status < 500, `${path} answers ${status}`)
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'/, path)
    assert.not.match(headers.get('content-security-policy') ?? '', /unsafe/, path)
    found.set(path, text)
    for (const { name, attributes } of tagsOf(text)) {
      const href = name === 'a' ? attributes.find(([one]) => one === 'href')?.[1].replaceAll('&amp;', '&') : undefined
      if (href?.startsWith('/ui') === true && !href.startsWith('/ui/queues/board'))
        waiting.push(href.split('#')[0] ?? '')
      else if (href?.startsWith('?') === true) waiting.push(`${path.split('?')[0]}${href}`)
    }
  }
  return found
}

const MAX_PAGES = 150

test('no page that can be come to by links runs, loads or restyles anything that it was told', async () => {
  const { pages, tasks } = await shared
  const starts = ['/ui/tasks', '/ui/gates', '/ui/dead-letters', '/ui/planner', '/ui/templates', '/ui/schedules']
  const found = await visited(pages, [...starts, ...tasks.map(({ id }) => `/ui/tasks/${id}`)])
  assert.ok(found.size >= 40, `${found.size} pages`)
  for (const [path, text] of found) assert.equal(pageFaults(text, MARK), [], path)
  const shown = [...found].filter(([, text]) => text.includes(MARK)).map(([path]) => path)
  // A world whose texts nobody shows would prove nothing.
  for (const place of ['/events', '/planning', '/gates/', '/dead-letters/', '/templates/', '/tasks?']) {
    assert.ok(
      shown.some((path) => `${path}?`.includes(place)),
      `nothing hostile was shown below ${place}`,
    )
  }
})

test('a step’s result, an error, a reasoning, a question and a reason are shown, and as text', async () => {
  const { pages, tasks } = await shared
  const [answered, broken, gated, planned] = tasks.map(({ id }) => id)
  const escaped = HOSTILE.slice(0, 14)
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  const places = [
    `/ui/tasks/${answered}?step=first`,
    `/ui/tasks/${broken}?step=first`,
    `/ui/dead-letters/${broken}`,
    `/ui/gates/${gated}?step=review`,
    `/ui/tasks/${gated}/events`,
    `/ui/tasks/${planned}/planning`,
    `/ui/gates/${planned}?step=plan`,
  ]
  for (const path of places) {
    const { status, text } = await pages.get(path)
    assert.is(status, 200, path)
    assert.ok(text.includes(escaped), `${path} does not show it`)
    assert.equal(pageFaults(text, MARK), [], path)
  }
})

test('what an address or a form says comes back as text', async () => {
  const { pages, tasks } = await shared
  const said = encodeURIComponent(HOSTILE)
  const [first] = tasks
  const paths = [
    `/ui/${said}`,
    `/ui/tasks?q=${said}`,
    `/ui/tasks?template=${said}&namespace=${said}&status=${said}&after=${said}`,
    `/ui/tasks/${said}`,
    `/ui/tasks/${first?.id}?step=${said}&at=${said}`,
    `/ui/tasks/${first?.id}/events?after=${said}&type=${said}`,
    `/ui/gates/${first?.id}?step=${said}`,
    `/ui/templates/${said}/${said}`,
    `/ui/catalog/${said}`,
    `/ui/subscriptions/${said}`,
    `/ui/planner?model=${said}&status=${said}`,
  ]
  for (const path of paths) {
    const { status, text } = await pages.get(path)
    assert.ok(status < 500, `${path}: ${status}`)
    assert.equal(pageFaults(text, MARK), [], path)
  }
  const forms: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
    ['/ui/tasks/bulk', { operation: HOSTILE, which: 'filter open=true', reason: HOSTILE }],
    ['/ui/tasks/bulk', { operation: 'pause', which: `filter template=${HOSTILE}` }],
    ['/ui/tasks/bulk', { operation: 'pause', which: 'filter open=true', reason: HOSTILE }],
    ['/ui/tasks/filters', { name: HOSTILE.slice(0, 40), query: `q=${said.slice(0, 150)}`, back: LINK }],
    ['/ui/theme', { theme: HOSTILE, back: LINK }],
    [`/ui/gates/${first?.id}/vote`, { step: HOSTILE, vote: 'approve', digest: HOSTILE }],
    [`/ui/gates/${first?.id}/plan`, { step: HOSTILE, fragment: HOSTILE }],
    [`/ui/dead-letters/${first?.id}/step`, { step: HOSTILE, repair: 'reset' }],
    ['/ui/templates/default/answered/start', { input: HOSTILE }],
    ['/ui/schedules', { name: HOSTILE, turn: 'pause' }],
    ['/ui/schedules', { name: 'a\0b', turn: 'pause' }],
    [`/ui/gates/${first?.id}/vote`, { step: '\0', vote: 'approve', comment: '\0' }],
  ]
  for (const [path, form] of forms) {
    const { status, text, headers } = await pages.post(path, form)
    assert.ok(status < 500, `${path}: ${status} ${text}`)
    assert.equal(pageFaults(text, MARK), [], path)
    const location = headers.get('location')
    if (location !== null) assert.match(location, /^\/ui(?:[/?]|$)/, path)
    const cookie = headers
      .getSetCookie()
      .map((one) => one.split(';')[0] ?? '')
      .join('; ')
    const next = await pages.get('/ui/tasks', { cookie })
    assert.equal(pageFaults(next.text, MARK), [], `after ${path}`)
  }
})

test('a stored value is handed out as a file, and never as a page', async () => {
  const { pages, tasks } = await shared
  const events = await pages.tasker.log.readStream(streamOf(tasks[3]?.id ?? ''), 0)
  const digests = [...new Set(JSON.stringify(events.map(({ data }) => data)).match(/sha256:[0-9a-f]{64}/g) ?? [])]
  let handed = 0
  for (const digest of digests) {
    const { status, headers } = await pages.get(`/ui/tasks/${tasks[3]?.id}/contents/${digest}`)
    if (status !== 200) continue
    handed += 1
    assert.match(headers.get('content-disposition') ?? '', /^attachment/)
    assert.not.match(headers.get('content-type') ?? '', /html|svg|xml/)
    assert.is(headers.get('x-content-type-options'), 'nosniff')
  }
  assert.ok(handed > 0, 'the prompt of a planner is stored by its digest')
})

test('the tokens of a page are found, also where they should not be', () => {
  assert.equal(
    pageFaults(`<p title="&lt;${MARK}">a &lt;${MARK}&gt;</p><script type="module" src="/x.js"></script>`, MARK),
    [],
  )
  for (const bad of [
    `<p><${MARK}>`,
    `<p ${MARK}>`,
    '<p onclick=x>',
    "<p style='a'>",
    '<a href="javascript:x">',
    '<a href="//evil">',
    '<a href="/\\evil">',
    '<svg><a xlink:href="data:x"></svg>',
    '<script>x</script>',
    '<textarea><img src=/x></textarea>',
    '<form action="https://evil">',
    '<meta http-equiv="refresh">',
  ]) {
    assert.ok(pageFaults(bad, MARK).length > 0, bad)
  }
})

test('the last test closes what was opened', async () => {
  await (await shared).pages.close()
})

test.run()
