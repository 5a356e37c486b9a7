/** The routes of templates. */
import * as E from 'fp-ts/lib/Either.js'
import { Hono } from 'hono'
import type { Json } from '../../core/json.js'
import { differencesOf } from '../../core/template/difference.js'
import { personOf } from '../../engine/change.js'
import { byOf, type Caller, type HttpEnv, mayDo, maySee } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { parseYaml } from '../../templates/yaml-source.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, type PageContext, seenBy, show } from '../board.js'
import { numberIn } from '../form-values.js'
import { taskPath } from '../tasks/task-table.js'
import { inputFields, inputIn } from './start-form.js'
import { StartPage } from './start-page.js'
import { TemplateListPage, templatePath } from './template-list-page.js'
import { TemplatePage } from './template-page.js'

export const templatePages = (board: Board): Hono<HttpEnv> => {
  const { templates, projections } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'templates:read')
    const [frame, listings, performance] = await Promise.all([
      frameOf(board, c),
      templates.list(),
      projections.read.templatePerformance(seenBy(caller)),
    ])
    const seen = listings.filter(({ namespace }) => maySee(caller, namespace))
    return show(c, <TemplateListPage {...{ frame, listings: seen, performance }} />)
  })
  app.get('/:namespace/:name', async (c) => {
    const caller = mustBeAllowed(c, 'templates:read')
    const named = nameIn(c, caller, c.req.query('version'))
    const { namespace, name } = named
    const [frame, { template, registered }, listings, performance] = await Promise.all([
      frameOf(board, c),
      templates.get(named),
      templates.list({ namespace, name }),
      projections.read.templatePerformance({ namespace, template: name }),
    ])
    const compared = await comparedWith(board, named, registered.text, c.req.query('before'))
    const mayStart = mayDo(caller, 'tasks:write')
    return show(c, <TemplatePage {...{ frame, template, registered, listings, performance, compared, mayStart }} />)
  })
  startRoutes(app, board)
  return app
}

const startRoutes = (app: Hono<HttpEnv>, board: Board): void => {
  const { templates, tasks } = board.parts
  app.get('/:namespace/:name/start', async (c) => {
    const caller = mustBeAllowed(c, 'tasks:write')
    const named = nameIn(c, caller, c.req.query('version'))
    const [frame, { template }] = await Promise.all([frameOf(board, c), templates.get(named)])
    return show(c, <StartPage {...{ frame, template, fields: inputFields(template.inputSchema) }} />)
  })
  app.post('/:namespace/:name/start', async (c) => {
    const caller = mustBeAllowed(c, 'tasks:write')
    const form = await formOf(c)
    const named = nameIn(c, caller, fieldOf(form, 'version') || undefined)
    const { template } = await templates.get(named)
    const fields = inputFields(template.inputSchema)
    const again = async ({ message }: HttpProblem): Promise<Response> => {
      const refused = { form, says: message }
      return show(c, <StartPage {...{ frame: await frameOf(board, c), template, fields, refused }} />, 422)
    }
    const deed = async (): Promise<Response> => {
      const key = fieldOf(form, 'key')
      const { id } = await tasks.create(template, inputIn(form, fields), {
        priority: numberIn(fieldOf(form, 'priority'), 'the priority') ?? 0,
        actor: personOf(byOf(caller)),
        ...(key === '' ? {} : { idempotencyKey: key }),
      })
      return c.redirect(taskPath(id), 303)
    }
    return act(c, templatePath(named.namespace, named.name), deed, again)
  })
}

interface Named {
  readonly namespace: string
  readonly name: string
  readonly version?: string
}

const nameIn = (c: PageContext, caller: Caller, version: string | undefined): Named => {
  const [namespace = '', name = ''] = [c.req.param('namespace'), c.req.param('name')]
  if (!maySee(caller, namespace)) {
    throw new HttpProblem({ status: 404, code: 'template_unknown', detail: `there is no template "${name}"` })
  }
  return { namespace, name, ...(version === undefined ? {} : { version }) }
}

const comparedWith = async ({ parts }: Board, named: Named, text: string, before: string | undefined) => {
  if (before === undefined) return undefined
  const { registered } = await parts.templates.get({ ...named, version: before })
  return { before, differences: differencesOf(writtenIn(registered.text), writtenIn(text)) }
}

/** What was registered was read before. */
const writtenIn = (text: string): Json => {
  const parsed = parseYaml(text, 'template')
  if (E.isRight(parsed)) return parsed.right.value
  throw new Error(`a registered template is no YAML: ${parsed.left[0]?.message}`)
}
