/**
 * Every route answers on a real database, and as the OpenAPI document says: `served` holds each answer to its schema.
 * The last test counts them, so a route that nobody asked here fails it.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROUTES } from '../../src/http/route-table.js'
import { taskerMetrics } from '../../src/main.js'
import { answered, checkDeclared } from './declared.js'
import { deadLettersResolved, keysKept, lookedAfter, schedulesKept, templatesKept } from './other-scenes.js'
import { planned, planner } from './plan-scenes.js'
import { create, fails, greet, hello, type Scenario, V1 } from './route-scenes.js'
import { servedOnDatabase } from './served.js'
import {
  changedByHand,
  createdAndRead,
  listedInPages,
  pagedUnderWrites,
  retriedAtOnce,
  votedOn,
} from './task-scenes.js'

const test = suite('every route on a database')

const withServer = (scene: Scenario) => () =>
  servedOnDatabase(scene, { handlers: [greet, fails], groups: { board: ['ada'] } })

test('a task is created once for each key, runs, and is read in every way there is', withServer(createdAndRead))

test(
  'a list of tasks goes on where its page ended, and another text than its cursor is refused',
  withServer(listedInPages),
)

test('pages of a list are whole, whatever is written between them', withServer(pagedUnderWrites))

test('hands on a task and its steps, one and many, are recorded with actor and reason', withServer(changedByHand))

test('a step that waits for its retry is run at once', withServer(retriedAtOnce))

test('a gate is shown with its digest, and a vote on something else is refused', withServer(votedOn))

test(
  'templates are registered once, listed, shown as written, checked and compared; tasks are created by their names',
  withServer(templatesKept),
)

test('schedules are added, paused, resumed and removed, and what was done stays on record', withServer(schedulesKept))

test('keys are made, listed and revoked', withServer(keysKept))

test('dead letters are listed, shown with their history, and resolved', withServer(deadLettersResolved))

test('the catalog, projections, subscriptions and the process itself are looked at', withServer(lookedAfter))

test('a plan that waits for approval is shown, edited and approved; decisions are listed; a fragment is judged dry', () =>
  servedOnDatabase(planned, { handlers: [greet], planner }))

test('what is no JSON is answered as it is declared: streams of events, and what is measured', () =>
  servedOnDatabase(
    async (served) => {
      const task = await create(served, hello())
      const begun = async (path: string): Promise<void> => {
        const stop = new AbortController()
        const { status, headers } = await fetch(served.url + path, { signal: stop.signal })
        stop.abort()
        checkDeclared('GET', served.url + path, { status, headers, body: undefined })
      }
      await begun(`${V1}/tasks/${task}/stream`)
      await begun(`${V1}/events/stream`)
      assert.is((await served.get('/metrics')).status, 200)
    },
    { handlers: [greet], metrics: taskerMetrics() },
  ))

test('every route was asked here and has answered well', () => {
  const missing = ROUTES.map(({ route }) => route.id).filter((id) => !answered.has(id))
  assert.equal(missing, [])
})

test.run()
