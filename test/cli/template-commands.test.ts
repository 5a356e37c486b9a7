import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { packageRoot } from '../../src/package-root.js'
import { speak } from './spoken.js'

const commands = suite<{ folder: string }>('commands on templates and fragments')

commands.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'tasker-cli-'))
})
commands.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true, force: true })
})

const RESEARCH = `
name: research
bounds: { max_steps: 10, max_depth: 3, max_fan_out: 5, max_phases: 2, max_planner_calls: 4, allowed_hosts: [api.example.org] }
steps:
  - name: look
    handler: { callable: catalog:transform, initialization: { expression: "@" } }
  - name: plan
    dependencies: [look]
    handler: { callable: catalog:plan, initialization: { goal: find out } }
  - name: report
    type: deferred_convergence
    dependencies: [plan]
    handler: { callable: catalog:transform, initialization: { expression: "@" } }
`

const fragment = (more: Readonly<Record<string, Json>> = {}): string =>
  JSON.stringify({
    fragment_version: '1.0',
    planning_context: { goal: 'find out', reasoning: 'one request is enough' },
    steps: [{ name: 'fetch', handler: 'http_request', config: { url: 'https://api.example.org/rates' } }],
    convergence: 'report',
    ...more,
  })

const judge = async (folder: string, text: string, ...more: ReadonlyArray<string>) => {
  await writeFile(join(folder, 'research.yaml'), RESEARCH)
  await writeFile(join(folder, 'fragment.json'), text)
  return speak(folder, 'fragment', 'validate', 'fragment.json', '--template', 'research.yaml', ...more)
}

commands('a valid fragment is shown as the graph that it would become', async ({ folder }) => {
  const spoken = await judge(folder, fragment(), '--step', 'plan', '--json')
  assert.is(spoken.exit, 0)
  assert.equal(JSON.parse(spoken.stdout), {
    valid: true,
    findings: [],
    graph: {
      steps: [{ name: 'plan/fetch', handler: 'catalog:http_request', step_type: 'standard' }],
      edges: [{ from: 'plan/fetch', to: 'report' }],
    },
  })
})

commands('an invalid fragment is told with all its findings', async ({ folder }) => {
  const steps = [
    { name: 'fetch', handler: 'http_request', config: { url: 'https://other.example.org/' } },
    { name: 'x' },
  ]
  const spoken = await judge(folder, fragment({ steps, convergence: 'nowhere' }), '--step', 'plan', '--json')
  assert.is(spoken.exit, 1)
  const answer: { valid: boolean; findings: Array<{ code: string; path: string }> } = JSON.parse(spoken.stdout)
  assert.is(answer.valid, false)
  assert.equal(answer.findings.map(({ code, path }) => `${code} ${path}`).toSorted(), [
    'host_not_allowed steps.0.config.url',
    'schema steps.1.handler',
    'unknown_convergence convergence',
  ])
  const read = await judge(folder, fragment({ convergence: 'nowhere' }), '--step', 'plan')
  assert.match(read.stdout, /^invalid fragment\.json: 1 finding\n {2}unknown_convergence convergence /)
})

commands('an answer that is no JSON is a finding, not a fault of the command', async ({ folder }) => {
  const spoken = await judge(folder, 'Here is my plan: {', '--step', 'plan', '--json')
  assert.is(spoken.exit, 1)
  assert.is(JSON.parse(spoken.stdout).findings[0].code, 'schema')
})

commands('bounds that a fragment would pass are findings, with nothing spent yet', async ({ folder }) => {
  const steps = Array.from({ length: 11 }, (_, n) => ({
    name: `s${n}`,
    handler: 'transform',
    config: { expression: '@' },
  }))
  const spoken = await judge(folder, fragment({ steps }), '--step', 'plan', '--json')
  const bounds = JSON.parse(spoken.stdout).findings.map((finding: { bound: string }) => finding.bound)
  assert.ok(bounds.includes('max_steps'))
})

commands('a fragment is not judged for a step that plans nothing, or is not there', async ({ folder }) => {
  const other = await judge(folder, fragment(), '--step', 'look', '--json')
  assert.is(other.exit, 2)
  assert.is(JSON.parse(other.stdout).error.code, 'no_planning_step')
  const none = await judge(folder, fragment(), '--step', 'plna', '--json')
  assert.is(none.exit, 2)
  assert.match(JSON.parse(none.stdout).error.message, /did you mean "plan"/)
  const unsaid = await judge(folder, fragment())
  assert.is(unsaid.exit, 2)
  assert.match(unsaid.stderr, /needs --step/)
})

commands('files that are not there are bad input', async ({ folder }) => {
  await writeFile(join(folder, 'research.yaml'), RESEARCH)
  const judged = await speak(
    folder,
    'fragment',
    'validate',
    'no.json',
    '--template',
    'research.yaml',
    '--step',
    'plan',
    '--json',
  )
  assert.is(judged.exit, 2)
  assert.is(JSON.parse(judged.stdout).error.code, 'fragment_not_found')
  const template = await speak(folder, 'template', 'validate', 'no.yaml', '--json')
  assert.is(template.exit, 2)
  assert.equal(
    JSON.parse(template.stdout).problems.map((problem: { code: string }) => problem.code),
    ['template_not_found'],
  )
})

commands('a template is checked with every problem at its place', async ({ folder }) => {
  await writeFile(join(folder, 'research.yaml'), RESEARCH)
  const valid = await speak(folder, 'template', 'validate', 'research.yaml', '--json')
  assert.is(valid.exit, 0)
  const { name, steps } = JSON.parse(valid.stdout).template
  assert.equal([name, steps], ['research', 3])
  await writeFile(
    join(folder, 'wrong.yaml'),
    'name: x\nsteps:\n  - name: a\n    tiemout: 3\n    dependencies: [b]\n    handler: { callable: catalog:htp_request }\n',
  )
  const wrong = await speak(folder, 'template', 'validate', 'wrong.yaml')
  assert.is(wrong.exit, 2)
  assert.match(wrong.stdout, /^wrong\.yaml:4:5: steps\.0\.tiemout: unknown key/m)
  assert.match(wrong.stdout, /^wrong\.yaml:5:20: steps\.0\.dependencies\.0: there is no step "b"/m)
  assert.match(wrong.stdout, /^wrong\.yaml:6:16: steps\.0\.handler\.callable: .*did you mean "catalog:http_request"/m)
})

commands("a user's own handlers are known where they are named", async ({ folder }) => {
  await writeFile(join(folder, 'own.yaml'), 'name: x\nsteps: [{ name: a, handler: { callable: ours } }]\n')
  const tasker = pathToFileURL(join(packageRoot, 'dist', 'catalog', 'define-handler.js')).href
  await writeFile(
    join(folder, 'handlers.mjs'),
    `import { defineHandler } from '${tasker}'\nexport default [defineHandler({ name: 'ours', run: () => null })]`,
  )
  assert.is((await speak(folder, 'template', 'validate', 'own.yaml')).exit, 2)
  assert.is((await speak(folder, 'template', 'validate', 'own.yaml', '--handlers', './handlers.mjs')).exit, 0)
  const missing = await speak(folder, 'template', 'validate', 'own.yaml', '--handlers', './none.mjs', '--json')
  assert.is(missing.exit, 2)
  assert.is(JSON.parse(missing.stdout).error.code, 'handlers_not_found')
})

commands('a template is drawn as Mermaid', async ({ folder }) => {
  await writeFile(join(folder, 'research.yaml'), RESEARCH)
  const { stdout, exit } = await speak(folder, 'template', 'visualize', 'research.yaml')
  assert.is(exit, 0)
  assert.match(stdout, /^flowchart TD\n {2}s0\["look/)
  assert.match(stdout, /^ {2}s1 -\.-> s2$/m)
})

commands('the catalog is listed, shown and printed as the schema that planners are shown', async ({ folder }) => {
  const listed = await speak(folder, 'catalog', 'list', '--json')
  const names = JSON.parse(listed.stdout).map((handler: { handler: string }) => handler.handler)
  assert.ok(names.includes('catalog:http_request') && names.includes('catalog:plan'))
  const shown = await speak(folder, 'catalog', 'show', 'http_request')
  assert.match(shown.stdout, /^catalog:http_request /)
  assert.match(shown.stdout, /url \(required\)/)
  const schema = JSON.parse((await speak(folder, 'catalog', 'schema')).stdout)
  assert.equal(
    schema.handlers.map((handler: { handler: string }) => handler.handler),
    names,
  )
  const unknown = await speak(folder, 'catalog', 'show', 'http_requst', '--json')
  assert.is(unknown.exit, 2)
  assert.match(JSON.parse(unknown.stdout).error.message, /did you mean "http_request"/)
})

const STAGED = `
name: staged
steps:
  - name: look
    handler: { callable: catalog:transform, initialization: { expression: "@" } }
environments:
  broken:
    steps:
      - name: look
        handler: { initialization: { expression: 7 } }
`

commands('a template is checked as the environment that is chosen makes it', async ({ folder }) => {
  await writeFile(join(folder, 'staged.yaml'), STAGED)
  assert.is((await speak(folder, 'template', 'validate', 'staged.yaml')).exit, 0)
  const broken = await speak(folder, 'template', 'validate', 'staged.yaml', '--environment', 'broken')
  assert.is(broken.exit, 2)
  assert.match(broken.stdout, /invalid_config/)
})

commands('a template is drawn as an SVG that needs nothing else', async ({ folder }) => {
  await writeFile(join(folder, 'research.yaml'), RESEARCH)
  const { stdout, exit } = await speak(folder, 'template', 'visualize', 'research.yaml', '--format', 'svg')
  assert.is(exit, 0)
  assert.match(stdout, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
  assert.is(stdout.match(/<rect /g)?.length, 4, 'a ground, and a box a step')
  assert.is(stdout.match(/marker-end/g)?.length, 2)
  assert.is(stdout.match(/stroke-dasharray/g)?.length, 1, 'what the planning step chooses is dotted')
  assert.not.match(stdout, /<script|href/)
  assert.is((await speak(folder, 'template', 'visualize', 'research.yaml', '--format', 'png')).exit, 2)
})

commands('two files are compared by step and by key', async ({ folder }) => {
  await writeFile(join(folder, 'a.yaml'), RESEARCH)
  await writeFile(join(folder, 'b.yaml'), RESEARCH.replace('goal: find out', 'goal: find more'))
  assert.is((await speak(folder, 'template', 'diff', 'a.yaml', 'a.yaml')).exit, 0)
  const { stdout, exit } = await speak(folder, 'template', 'diff', 'a.yaml', 'b.yaml')
  assert.is(exit, 1)
  assert.is(stdout, '~ steps.plan.handler.initialization.goal: "find out" → "find more"\n')
})

commands.run()
