/** The routes of gates. */
import { Hono } from 'hono'
import { type HttpEnv, mayDo, voterOf } from '../../http/caller.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, mustSeeTask, seenBy, show } from '../board.js'
import { jsonObjectIn } from '../form-values.js'
import { GateListPage, gatePath } from './gate-list-page.js'
import { GatePage } from './gate-page.js'
import { readGate } from './gate-story.js'
import { boundsIn } from './more-bounds.js'

const CLOSED = ['approved', 'rejected', 'expired', 'replaced', 'withdrawn'] as const

export const gatePages = (board: Board): Hono<HttpEnv> => {
  const { gates, projections } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'gates:read')
    const isOpen = c.req.query('closed') === undefined
    const after = c.req.query('after') ?? ''
    const statuses = isOpen ? (['open'] as const) : CLOSED
    const [frame, found] = await Promise.all([
      frameOf(board, c),
      projections.read.gates({ statuses, ...seenBy(caller), ...(after && { after }) }),
    ])
    return show(c, <GateListPage {...{ frame, gates: found, isOpen, after }} />)
  })
  app.get('/:task', async (c) => {
    const caller = mustBeAllowed(c, 'gates:read')
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    const step = c.req.query('step') ?? ''
    const [frame, story] = await Promise.all([frameOf(board, c), readGate(board.parts, task, step)])
    return show(
      c,
      <GatePage {...{ frame, story, mayVote: mayDo(caller, 'gates:vote'), mayEdit: mayDo(caller, 'plans:write') }} />,
    )
  })
  app.post('/:task/vote', async (c) => {
    const caller = mustBeAllowed(c, 'gates:vote')
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    const form = await formOf(c)
    const step = fieldOf(form, 'step')
    const choice = fieldOf(form, 'vote') === 'approve' ? 'approve' : 'reject'
    const comment = fieldOf(form, 'comment')
    return act(c, '/ui/gates', async () => {
      const bounds = boundsIn(form)
      const said = { ...(comment === '' ? {} : { comment }), ...(bounds === undefined ? {} : { bounds }) }
      await gates[choice](task, step, { ...voterOf(caller), digest: fieldOf(form, 'digest'), ...said })
      return choice === 'approve' ? `You approved ${step}.` : `You rejected ${step}.`
    })
  })
  app.post('/:task/plan', async (c) => {
    const caller = mustBeAllowed(c, 'plans:write')
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    const form = await formOf(c)
    const step = fieldOf(form, 'step')
    const reasoning = fieldOf(form, 'reasoning')
    return act(c, gatePath(task, step), async () => {
      const fragment = jsonObjectIn(fieldOf(form, 'fragment'), 'the fragment')
      await gates.editPlan(task, step, fragment, { ...voterOf(caller), ...(reasoning && { reasoning }) })
      return 'Your plan was recorded and judged; what came of it is shown below.'
    })
  })
  return app
}
