/** What a user's program may ask of Tasker: the parts of its API, each built over the log and the engine. */
import * as E from 'fp-ts/lib/Either.js'
import type { Projection } from '../projections/projection.js'
import type { Provenance } from './audit/provenance.js'
import { PLANNER_EVENTS, readPlannerMetrics } from './audit/read-planner-metrics.js'
import { readProvenance } from './audit/read-provenance.js'
import type { Vocabulary } from './core/capability.js'
import type { Json } from './core/json.js'
import type { PlannerMetrics } from './core/planner-metrics.js'
import type { Template } from './core/template.js'
import { type ConfiguredLimits, claimLimitsOf } from './engine/configured-limits.js'
import type { CreationNeeds } from './engine/creation.js'
import { createDeadLetters, type DeadLetters } from './engine/dead-letters.js'
import type { Engine } from './engine/engine.js'
import { createExplanations, type Explanations } from './engine/explanations.js'
import { createGates, type Gates } from './engine/gates.js'
import { streamOf } from './engine/ids.js'
import { createKeys, type Keys } from './engine/keys.js'
import { runSchedules } from './engine/scheduler.js'
import { createSchedules, type Schedules } from './engine/schedules.js'
import { createTasks, TaskRefused, type Tasks } from './engine/tasks.js'
import { createInboxRow } from './log/inbox.js'
import type { Clock } from './ports/clock.js'
import type { Expressions } from './ports/expressions.js'
import type { Log } from './ports/log.js'
import type { Logger } from './ports/logger.js'
import type { Measures } from './ports/measures.js'
import type { Projections } from './ports/projections.js'
import type { Traces } from './ports/traces.js'
import { openProjector, type Projector } from './projector/projector.js'
import { listEvents } from './subscriptions/event-listing.js'
import { inputProblems } from './templates/input-problems.js'
import { loadTemplate, templateOf } from './templates/load-template.js'
import { createTemplates, TemplateInvalid, type Templates } from './templates/registry.js'
import { refuseBrokenPromise } from './worker/promises.js'

/** The API, and what the leader has to do for it. */
export interface BuiltApi {
  readonly api: Api
  runSchedules(): Promise<void>
  readonly projections: Projector
}

export interface Api {
  readonly tasks: Tasks
  readonly gates: Gates
  /** Templates by name and version. */
  readonly templates: Templates
  /** Which task is created when. */
  readonly schedules: Schedules
  /** API keys: who may call the HTTP side, and do what. */
  readonly keys: Keys
  /** Tasks that somebody has to look into. */
  readonly deadLetters: DeadLetters
  /** Why a task or a step is not running. */
  readonly why: Explanations
  /**
   * Where a step comes from: the event that created it, what was decided there (with every proposal that was rejected
   * before, its prompt, context, model and bounds), then the same of the step that decided, up to the task's creation.
   * Throws `TaskRefused`: `task_unknown`, `step_unknown`.
   */
  provenance(taskId: string, step: string): Promise<Provenance>
  /**
   * How planners did, folded from the log: valid at the first try, revisions, findings by code, calls, tokens and cost by
   * model; of one task or template, or of all.
   */
  plannerMetrics(of?: { readonly task?: string; readonly template?: string }): Promise<PlannerMetrics>
  /** The read models: how far they are, and their rows. */
  readonly projections: Projections
  readonly vocabulary: Vocabulary
  readonly log: Log
  /** A template from a YAML or JSON file, or from an object; refused with all its problems (`TemplateInvalid`). */
  template(source: string | Json): Promise<Template>
}

export interface ApiOptions {
  readonly groups?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly environment?: string
  readonly limits?: ConfiguredLimits
  readonly databaseUrl: string
  readonly projections?: boolean | ReadonlyArray<Projection>
}

interface Built {
  readonly log: Log
  readonly engine: Engine
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  readonly traces: Traces
  readonly vocabulary: Vocabulary
  readonly catalog: { readonly expressions: Expressions }
}

export const apiOf = (built: Built, options: ApiOptions): BuiltApi => {
  const { log, engine, clock, logger, vocabulary } = built
  const { expressions } = built.catalog
  const { groups = {}, environment } = options
  const projections = openProjector({ log, clock, logger, databaseUrl: options.databaseUrl }, options.projections)
  const templates = createTemplates({ store: log, clock, vocabulary, environment })
  const creation: CreationNeeds = {
    clock,
    vocabularyDigest: vocabulary.digest,
    templateNamed: async (name) => (await templates.get(name)).template,
    checkInput: (template, input) => checkInput(template, input, expressions),
  }
  const tasks = createTasks({
    ...built,
    ...creation,
    putInInbox: createInboxRow,
    checkResult: (definition, result) => refuseBrokenPromise(expressions, definition, result),
  })
  const api: Api = {
    tasks,
    schedules: createSchedules({ store: log, creation }),
    gates: createGates({ log, engine, tasks, groups, vocabulary }),
    templates,
    keys: createKeys({ store: log, clock }),
    deadLetters: createDeadLetters({ log, engine }),
    why: createExplanations({ log, engine, clock, groups, limits: claimLimitsOf(options.limits ?? {}) }),
    provenance: async (taskId, step) => {
      const read = await readProvenance(log, streamOf(taskId), step)
      if (E.isRight(read)) return read.right.provenance
      throw new TaskRefused(read.left.code, read.left.message)
    },
    plannerMetrics: async (of = {}) => {
      const filter = { ...of, types: PLANNER_EVENTS }
      const { signal } = new AbortController()
      return readPlannerMetrics(listEvents({ log, clock, logger }, { filter, from: 'start', follow: false, signal }))
    },
    projections,
    vocabulary,
    log,
    template: async (source) => {
      const loaded =
        typeof source === 'string'
          ? await loadTemplate(source, vocabulary, { environment })
          : templateOf(source, vocabulary, { environment })
      if (E.isLeft(loaded)) throw new TemplateInvalid(loaded.left)
      return loaded.right
    },
  }
  return {
    api,
    runSchedules: () => runSchedules({ store: log, creation, engine, logger, measures: built.measures }),
    projections,
  }
}

const checkInput = async (template: Template, input: Json, expressions: Expressions): Promise<void> => {
  const problems = await inputProblems(template, input, expressions)
  if (problems.length === 0) return
  const said = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new TaskRefused(
    'invalid_input',
    `the input is refused by the template's schema: ${said}`,
    problems.map((p) => ({ ...p })),
  )
}
