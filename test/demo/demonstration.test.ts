/** The whole demonstration on a database of its own, held against an answer that was computed without it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Demonstrated, demonstrate } from '../../scripts/demonstration/demonstration.js'
import { planningStory } from '../../src/audit/planning-story.js'
import { isReference } from '../../src/core/content.js'
import type { EventOf, EventType, TaskEvent } from '../../src/core/event.js'
import { migrate } from '../../src/log/schema.js'
import { freshDatabase } from '../support/postgres.js'
import { expectedRows, UNKNOWN_COUNTRIES } from './expected-report.js'

const demonstrated = suite<{ told: string[]; outcome: Demonstrated }>('the demonstration', {
  told: [],
  outcome: undefined as never,
})

const run = async (told: string[]): Promise<Demonstrated> => {
  const database = await freshDatabase()
  try {
    await migrate(database.url)
    return await demonstrate({
      databaseUrl: database.url,
      screen: { write: (text) => told.push(text) },
      signal: new AbortController().signal,
      say: (lines) => told.push(...lines),
    })
  } finally {
    await database.drop()
  }
}

// uvu takes a failure of `before` for success, so the run is made by the first test that needs it.
let once: Promise<Demonstrated> | undefined
demonstrated.before.each(async (context) => {
  once ??= run(context.told)
  context.outcome = await once
})

const ofType = <T extends EventType>(events: ReadonlyArray<TaskEvent>, type: T): ReadonlyArray<EventOf<T>> =>
  events.filter((event): event is EventOf<T> => event.type === type)

demonstrated('the task completes, and its report agrees with sums over the published data', ({ outcome }) => {
  assert.is(outcome.result.status, 'complete')
  const report = outcome.account.report
  assert.ok(report)
  const expected = expectedRows()
  assert.is(report.rows.length, expected.length)
  for (const row of expected) {
    const told = report.rows.find(({ region, year }) => region === row.region && year === row.year)
    assert.ok(told, `${row.region} ${row.year} is in the report`)
    assert.ok(Math.abs(told.lifeExpectancy - row.lifeExpectancy) < 1e-9, `${row.region} ${row.year}`)
    assert.is(told.population, row.population)
  }
})

demonstrated('every record was validated, and the unknown countries are named and counted', ({ outcome }) => {
  assert.is(outcome.account.report?.recordsValid, 682)
  assert.is(outcome.account.report?.recordsInvalid, 0)
  assert.equal(outcome.account.report?.excluded, UNKNOWN_COUNTRIES)
})

demonstrated('a proposal was rejected, and its revision was accepted', ({ outcome }) => {
  const story = planningStory(outcome.events, (content) => (isReference(content) ? undefined : content.value))
  assert.equal(
    story.map(({ step, outcome: { kind } }) => `${step}: ${kind}`),
    ['plan: rejected', 'plan: accepted', 'plan/execute: accepted'],
  )
  const [first] = ofType(outcome.events, 'fragment-validated')
  assert.equal(first?.data.findings.map(({ code }) => code).sort(), ['convergence_not_reached', 'host_not_allowed'])
})

demonstrated('nothing of the rejected fragment was materialised', ({ outcome }) => {
  const accepted = ofType(outcome.events, 'fragment-validated').filter(({ data }) => data.verdict === 'accepted')
  const planned = ofType(outcome.events, 'steps-materialized').filter(({ data }) => data.origin === 'fragment')
  const ids = accepted.map(({ id }) => id)
  assert.ok(planned.every(({ data }) => data.decidedBy !== null && ids.includes(data.decidedBy)))
  assert.not.match(JSON.stringify(planned), /restcountries/)
})

demonstrated('what was not planned stands in the template, and what was planned does not', ({ outcome }) => {
  const bySource = Object.entries(outcome.result.steps).map(([name, { createdBy }]) => `${createdBy.origin} ${name}`)
  assert.ok(bySource.includes('template plan'))
  assert.ok(bySource.includes('fragment plan/execute/by_region'))
  assert.is(bySource.filter((each) => /^fan-out plan\/execute\/ask_service\[\d+\]$/.test(each)).length, 62)
})

demonstrated(
  'the reviewer is shown what could not be enriched, and who approved is in the log',
  ({ outcome, told }) => {
    const [approved] = ofType(outcome.events, 'gate-voted')
    assert.match(approved?.data.actor ?? '', /demonstration/)
    const text = told.join(' ').replaceAll(/\s+/g, ' ')
    assert.match(text, /country Turkey; reason unknown_country; records 11/)
    assert.match(text, /the demonstration approves, as the reviewer would/)
  },
)

demonstrated('the account has the table, a chart and the story', ({ outcome }) => {
  const { reportLines, storyLines, chart } = outcome.account
  assert.match(reportLines.join('\n'), /Asia +51\.2 +40\.3/)
  assert.match(chart ?? '', /<svg/)
  assert.match(storyLines.join('\n'), /fan_out → 62 × http_request/)
  assert.match(storyLines.join('\n'), /host_not_allowed at steps\.2\.config\.url/)
})

demonstrated.run()
