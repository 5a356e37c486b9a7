/** The catalog: each handler with how it is used, and its reference. */
import { Hono } from 'hono'
import { didYouMean } from '../../core/near-names.js'
import { capabilityOf } from '../../core/validation/handler-names.js'
import type { HttpEnv } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { type Board, frameOf, mustBeAllowed, show } from '../board.js'
import { CatalogPage } from './catalog-page.js'
import { HandlerPage } from './handler-page.js'

export const catalogPages = (board: Board): Hono<HttpEnv> => {
  const { projections, vocabulary } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    mustBeAllowed(c, 'catalog:read')
    const [frame, usage] = await Promise.all([frameOf(board, c), projections.read.catalogUsage()])
    return show(c, <CatalogPage {...{ frame, usage, capabilities: [...vocabulary.capabilities.values()] }} />)
  })
  app.get('/:handler', async (c) => {
    mustBeAllowed(c, 'catalog:read')
    const name = c.req.param('handler')
    const [frame, usage] = await Promise.all([frameOf(board, c), projections.read.catalogUsage()])
    const capability = capabilityOf(vocabulary, name)
    const callable = capability?.callable ?? name
    const ofHandler = usage.filter(({ handler }) => handler === callable)
    if (capability === undefined && ofHandler.length === 0) {
      const detail = `There is no handler "${name}"${didYouMean(name, [...vocabulary.capabilities.keys()])}.`
      throw new HttpProblem({ status: 404, code: 'unknown_handler', detail })
    }
    return show(c, <HandlerPage {...{ frame, callable, capability, usage: ofHandler }} />)
  })
  return app
}
