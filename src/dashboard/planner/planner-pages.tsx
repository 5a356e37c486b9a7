/** How planners do: whether their first proposal is valid, what is found against them, what they cost, and each decision. */
import { Hono } from 'hono'
import type { HttpEnv } from '../../http/caller.js'
import type { DecisionStatus } from '../../ports/summaries.js'
import { loadStatements } from '../../sql.js'
import { type Board, frameOf, mustBeAllowed, seenBy, show } from '../board.js'
import { DECISIONS_LOOKED_AT, PlannerPage, type Sums } from './planner-page.js'

const SQL = loadStatements('src/dashboard/planner/planner.sql', ['planningSums'])

/** They change slowly, and every page that follows the log asks for them whenever anything has happened. */
const SUMS_KEPT_MS = 5_000

const STATUSES: ReadonlyArray<DecisionStatus> = ['asked', 'proposed', 'accepted', 'rejected', 'failed', 'unanswered']

export const plannerPages = (board: Board): Hono<HttpEnv> => {
  const { projections, clock } = board.parts
  const known: { sums?: Promise<ReadonlyArray<Sums>>; atMs: number } = { atMs: 0 }
  const sumsOf = (): Promise<ReadonlyArray<Sums>> => {
    if (known.sums !== undefined && clock.now() - known.atMs < SUMS_KEPT_MS) return known.sums
    const sums = projections.query<Sums>(SQL.planningSums, [DECISIONS_LOOKED_AT])
    known.sums = sums
    known.atMs = clock.now()
    // One that could not be read is asked for again.
    sums.catch(() => {
      known.atMs = 0
    })
    return sums
  }
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
    const [frame, sums] = await Promise.all([frameOf(board, c), caller.namespaces === 'all' ? sumsOf() : []])
    return show(c, <PlannerPage {...{ frame, decisions, sums: sums[0], after, status: status ?? '' }} />)
  })
  return app
}
