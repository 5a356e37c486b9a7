/** Gates, plans, the catalog and templates over HTTP. */
import type * as t from 'io-ts'
import type { GateQuery, WrittenVote } from '../http/routes/gates.js'
import type { DecisionQuery, JudgedFragment } from '../http/routes/plans.js'
import type { Source } from '../http/routes/templates.js'
import type { capability, catalog, catalogUsage, schema } from '../http/shapes/catalog.js'
import type { edited, gatePage, openGate, openGates, voted } from '../http/shapes/gate.js'
import type { decisionPage, fragmentVerdict } from '../http/shapes/plan.js'
import type {
  registeredTemplate,
  registration,
  templateCheck,
  templateDiff,
  templateList,
} from '../http/shapes/template.js'
import { at, type Transport } from './transport.js'

export type GatePage = t.TypeOf<typeof gatePage>
export type OpenGate = t.TypeOf<typeof openGate>
export type OpenGates = t.TypeOf<typeof openGates>
export type Voted = t.TypeOf<typeof voted>
export type PlanEdited = t.TypeOf<typeof edited>
export type Vote = WrittenVote
export type PlanningDecisionPage = t.TypeOf<typeof decisionPage>
export type FragmentVerdict = t.TypeOf<typeof fragmentVerdict>
export type Catalog = t.TypeOf<typeof catalog>
export type Capability = t.TypeOf<typeof capability>
export type CapabilitySchema = t.TypeOf<typeof schema>
export type CatalogUsage = t.TypeOf<typeof catalogUsage>
export type TemplateSource = Source
export type TemplateList = t.TypeOf<typeof templateList>
export type RegisteredTemplate = t.TypeOf<typeof registeredTemplate>
export type Registration = t.TypeOf<typeof registration>
export type TemplateCheck = t.TypeOf<typeof templateCheck>
export type TemplateDiff = t.TypeOf<typeof templateDiff>

export const gatesOver = ({ ask }: Transport) => ({
  /** The open ones where no status is said. */
  list: (query: GateQuery = {}): Promise<GatePage> => ask('GET', at`/gates`, { query }),
  /** The open gates of a task, with what they show. */
  ofTask: (task: string): Promise<OpenGates> => ask('GET', at`/tasks/${task}/gates`),
  get: (task: string, step: string): Promise<OpenGate> => ask('GET', at`/tasks/${task}/gates/${step}`),
  /** Bound to the digest of what was shown. */
  approve: (task: string, step: string, vote: Vote): Promise<Voted> =>
    ask('POST', at`/tasks/${task}/gates/${step}/approve`, { body: vote }),
  reject: (task: string, step: string, vote: Vote): Promise<Voted> =>
    ask('POST', at`/tasks/${task}/gates/${step}/reject`, { body: vote }),
  /** A fragment of one's own in place of the plan that the gate shows. */
  editPlan: (
    task: string,
    step: string,
    edit: { readonly digest: string; readonly fragment: object; readonly reasoning?: string },
  ): Promise<PlanEdited> => ask('POST', at`/tasks/${task}/gates/${step}/edit`, { body: edit }),
})

export const plansOver = ({ ask }: Transport) => ({
  decisions: (query: DecisionQuery = {}): Promise<PlanningDecisionPage> =>
    ask('GET', at`/planning-decisions`, { query }),
  validateFragment: (fragment: JudgedFragment): Promise<FragmentVerdict> =>
    ask('POST', at`/fragments/validate`, { body: fragment }),
})

export const catalogOver = ({ ask }: Transport) => ({
  list: (): Promise<Catalog> => ask('GET', at`/catalog`),
  get: (handler: string): Promise<Capability> => ask('GET', at`/catalog/handlers/${handler}`),
  schema: (): Promise<CapabilitySchema> => ask('GET', at`/catalog/schema`),
  usage: (): Promise<CatalogUsage> => ask('GET', at`/catalog/usage`),
})

export interface InNamespace {
  readonly namespace?: string
}

export const templatesOver = ({ ask }: Transport) => ({
  list: (query: InNamespace & { readonly name?: string } = {}): Promise<TemplateList> =>
    ask('GET', at`/templates`, { query: { ...query } }),
  register: (source: TemplateSource): Promise<Registration> => ask('POST', at`/templates`, { body: source }),
  validate: (source: TemplateSource): Promise<TemplateCheck> => ask('POST', at`/templates/validate`, { body: source }),
  /** The latest release where no version is said. */
  get: (
    name: string,
    { version, ...query }: InNamespace & { readonly version?: string } = {},
  ): Promise<RegisteredTemplate> =>
    version === undefined
      ? ask('GET', at`/templates/${name}`, { query })
      : ask('GET', at`/templates/${name}/versions/${version}`, { query }),
  versions: (name: string, query: InNamespace = {}): Promise<TemplateList> =>
    ask('GET', at`/templates/${name}/versions`, { query: { ...query } }),
  diff: (name: string, query: InNamespace & { readonly from: string; readonly to?: string }): Promise<TemplateDiff> =>
    ask('GET', at`/templates/${name}/diff`, { query: { ...query } }),
})
