/** How planners do: whether their first proposal is valid, what is found against them, what they cost, and each decision. */
import { Hono } from 'hono'
import type { HttpEnv } from '../../http/caller.js'
import type { DecisionStatus } from '../../ports/summaries.js'
import { loadStatements } from '../../sql.js'
import { type Board, frameOf, mustBeAllowed, seenBy, show } from '../board.js'
import { type CodeCount, DECISIONS_LOOKED_AT, type ModelUse, PlannerPage, type Totals } from './planner-page.js'

const SQL = loadStatements('src/dashboard/planner/planner.sql', ['planningTotals', 'findingsByCode', 'modelsUsed'])

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
    const [frame, totals, codes, models] = await Promise.all([
      frameOf(board, c),
      projections.query<Totals>(SQL.planningTotals, [DECISIONS_LOOKED_AT]),
      projections.query<CodeCount>(SQL.findingsByCode, [DECISIONS_LOOKED_AT]),
      projections.query<ModelUse>(SQL.modelsUsed, [DECISIONS_LOOKED_AT]),
    ])
    // Sums over all tasks tell of those that one may not see.
    const seesAll = caller.namespaces === 'all'
    const sums = seesAll && totals[0] !== undefined ? { totals: totals[0], codes, models } : undefined
    return show(c, <PlannerPage {...{ frame, decisions, sums, after, status: status ?? '' }} />)
  })
  return app
}
