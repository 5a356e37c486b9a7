/** How planners do: whether their first proposal is valid, what is found against them, what they cost, and each decision. */
import { Hono } from 'hono'
import type { HttpEnv } from '../../http/caller.js'
import type { DecisionStatus } from '../../ports/summaries.js'
import { loadStatements } from '../../sql.js'
import { type Board, frameOf, mustBeAllowed, seenBy, show } from '../board.js'
import { DECISIONS_LOOKED_AT, PlannerPage, type Sums } from './planner-page.js'

const SQL = loadStatements('src/dashboard/planner/planner.sql', ['planningSums'])

const STATUSES: ReadonlyArray<DecisionStatus> = ['asked', 'proposed', 'accepted', 'rejected', 'failed', 'unanswered']

export const plannerPages = (board: Board): Hono<HttpEnv> => {
  const { projections } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'plans:read')
    const after = c.req.query('after') ?? ''
    const status = STATUSES.find((one) => one === c.req.query('status'))
    // It says in words where nobody has projected yet; the statements below would not.
    const decisions = await projections.read.decisions({
      ...seenBy(caller),
      ...(after && { after }),
      ...(status && { statuses: [status] }),
    })
    // Sums over all tasks tell of those that one may not see.
    const [frame, sums] = await Promise.all([
      frameOf(board, c),
      caller.namespaces === 'all' ? projections.query<Sums>(SQL.planningSums, [DECISIONS_LOOKED_AT]) : [],
    ])
    return show(c, <PlannerPage {...{ frame, decisions, sums: sums[0], after, status: status ?? '' }} />)
  })
  return app
}
