/**
 * Everything that lists, counts, finds or sums is asked by somebody who is kept to one namespace, while another one has
 * something of every kind. The routes are taken from the table that the app is made of, so a new one is asked as well.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROUTES } from '../../src/http/route-table.js'
import { until } from '../support/until.js'
import { PLANNED, planner } from './plan-scenes.js'
import { fails, gated, greet, hello, STEP } from './route-scenes.js'
import { type Served, servedOnDatabase } from './served.js'

const test = suite('what another namespace has')

const MARK = 'classified'
const SECRET = 'vault'

/** In the other namespace, by names that say so wherever they turn up. */
const ofSecret = (definition: object) => ({
  ...definition,
  name: `${MARK}_${Reflect.get(definition, 'name')}`,
  namespace_name: SECRET,
})

const DEAD = {
  name: 'dead',
  version: '1.0.0',
  steps: [{ ...STEP, handler: { callable: 'fails' }, retry: { max_attempts: 1 } }],
}

/** Where a route has to be told something, what it is told; what no list is has its own tests. */
const QUERIES: Readonly<Record<string, ReadonlyArray<string>>> = {
  findTasks: ['?filter=id%3D*', `?filter=namespace%3D${SECRET}`, `?filter=template%3D${MARK}*`],
  listTasks: [
    '',
    `?search=${MARK}`,
    '?status=complete,blocked_by_failures,waiting_for_approval',
    `?template=${MARK}_hello`,
  ],
  listEvents: ['', `?template=${MARK}_hello`, '?planned_by=*'],
  listGates: ['', '?status=open,approved'],
  listPlanningDecisions: ['', '?status=accepted'],
  countTasks: ['', `?template=${MARK}_hello`],
}

const STREAMS = ['streamEvents']

const settled = async ({ tasker }: Served, definition: object, status: string): Promise<string> => {
  const task = await tasker.tasks.create(await tasker.template(JSON.parse(JSON.stringify(definition))), {})
  const result = await task.result({ until: (seen) => seen.status === status })
  assert.is(result.status, status, JSON.stringify(result))
  return task.id
}

test('no list, count or sum tells anything of it to whoever is kept to a namespace of their own', () =>
  servedOnDatabase(
    async (served) => {
      const { tasker, get } = served
      const by = { actor: 'ada' }
      await tasker.templates.register(JSON.parse(JSON.stringify(ofSecret(hello()))), by)
      const template = { namespace: SECRET, name: `${MARK}_hello` }
      await tasker.schedules.add({ name: `${MARK}-nightly`, cron: '@yearly', template }, by)
      const hidden = [
        await settled(served, ofSecret(hello()), 'complete'),
        await settled(served, ofSecret(gated), 'waiting_for_approval'),
        await settled(served, ofSecret(DEAD), 'blocked_by_failures'),
        await settled(served, ofSecret(PLANNED), 'waiting_for_approval'),
      ]
      const own = await settled(served, { ...gated, namespace_name: 'mine' }, 'waiting_for_approval')
      await tasker.projections.waitFor('task_summaries', await tasker.log.position(), 30_000)
      const key = async (name: string, namespaces?: ReadonlyArray<string>) => {
        const wanted = { name, scopes: ['*'], ...(namespaces === undefined ? {} : { namespaces }) }
        return { authorization: `Bearer ${(await tasker.keys.create(wanted, by)).secret}` }
      }
      const [kept, all] = [await key('kept', ['mine']), await key('all')]
      const paths = ROUTES.filter(({ route }) => route.method === 'get' && !route.path.includes(':')).flatMap(
        ({ base, route }) =>
          STREAMS.includes(route.id) ? [] : (QUERIES[route.id] ?? ['']).map((query) => `${base}${route.path}${query}`),
      )
      assert.ok(paths.length > 25, `${paths.length}`)
      let shownToAll = 0
      for (const path of paths) {
        await until(`${path} is projected`, async () => (await get(path, all)).status !== 503)
        const whole = await get(path, all)
        if (hidden.some((id) => whole.text.includes(id)) || whole.text.includes(MARK)) shownToAll += 1
        const { status, text } = await get(path, kept)
        assert.ok([200, 403, 404].includes(status), `${path}: ${status} ${text}`)
        assert.not.match(text, SECRET, path)
        assert.not.match(text, MARK, path)
        for (const id of hidden) assert.not.match(text, id, path)
      }
      assert.ok(shownToAll >= 12, `only ${shownToAll} of them have anything to tell`)
      assert.equal((await get('/api/v1/waiting', kept)).body, { gates: 1, dead_letters: 0 })
      const counts = (await get('/api/v1/tasks/counts', kept)).body
      assert.is(counts.counts.waiting_for_approval, 1, JSON.stringify(counts))
      assert.match((await get('/api/v1/tasks', kept)).text, own)
    },
    { handlers: [greet, fails], planner, namespace: SECRET },
  ))

test.run()
