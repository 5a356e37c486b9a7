/**
 * Everything that a command reaches outside itself. The commands know these functions only; `main` and `bin` build the
 * real ones, so that no command imports a database, a queue or a model.
 */
import type { TaskRecord } from '../audit/record-pages.js'
import type { CompareProjections } from '../audit/replay.js'
import type { Vocabulary } from '../core/capability.js'
import type { Json, JsonObject } from '../core/json.js'
import type { DeadLetters } from '../engine/dead-letters.js'
import type { Explanations } from '../engine/explanations.js'
import type { Gates } from '../engine/gates.js'
import type { Keys } from '../engine/keys.js'
import type { Schedules } from '../engine/schedules.js'
import type { CreateOptions, TaskHandle, Tasks } from '../engine/tasks.js'
import type { TokenRules } from '../ports/access.js'
import type { Handler } from '../ports/handler.js'
import type { Log, StoredEvent } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Planner } from '../ports/planner.js'
import type { Projections } from '../ports/projections.js'
import type { EventSelection, SubscriptionAdministration } from '../ports/subscription.js'
import type { Templates } from '../templates/registry.js'
import type { Config } from './config/config.js'
import type { Stream } from './output.js'
import type { PlannerChoice } from './planner-choice.js'

export interface System {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: Stream
  readonly stderr: Stream
  /** Tasker's own version. */
  readonly version: string
  readonly defaults: { readonly plannerModel: string; readonly actor: string }
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
  /** The catalog's handlers and these beside them, as planners and validation know them. */
  vocabularyOf(handlers: ReadonlyArray<Handler>): Vocabulary | Promise<Vocabulary>
  /**
   * The database that the configuration names, or the embedded one: joined where it runs, else started. The embedded
   * one is migrated by itself, unless `as` says that it is wanted as it is.
   */
  openDatabase(config: Config, logger: Logger, as?: 'it is'): Promise<OpenDatabase>
  /**
   * The installation of the configuration. Without `work` for one who asks and changes and runs nothing: no step is
   * claimed here. Its database is opened as `openDatabase` does, and closed with it.
   */
  openTasker(config: Config, logger: Logger, handlers: ReadonlyArray<Handler>, work?: Work): Promise<OpenTasker>
  /**
   * An installation in memory that ends with it: no database is needed, and nothing is stored. It runs the catalog's
   * steps and these handlers', planned by `planner`.
   */
  openScratch(config: Config, logger: Logger, handlers: ReadonlyArray<Handler>, planner: Planner): Promise<OpenTasker>
  /** Where the goals stand that ship with it, and answers to them. */
  readonly goals: { readonly folder: string; readonly answers: string }
  /** Makes the planner that was chosen. Throws a `UserError` where its file is not there or is none. */
  openPlanner(choice: PlannerChoice): Promise<Planner>
  /** The log of the configuration's database, and what its subscriptions keep, for one who looks: no queue is needed. */
  openLog(config: Config, logger: Logger): Promise<OpenLog>
  /** Applies what is missing; refuses a database of a newer version. */
  migrate(url: string): Promise<Migrated>
  /** What `doctor` asks: none of these throws for what may be wrong. */
  readonly probes: Probes
}

export interface OpenLog {
  events(selection: EventSelection): AsyncIterable<StoredEvent>
  readonly subscriptions: SubscriptionAdministration
  /** The records of the tasks, for whoever proves, replays or exports them. */
  readonly record: TaskRecord
  readonly projections: Pick<Projections, 'list' | 'rebuild' | 'cancelRebuild' | 'verify' | 'verifyAll'>
  /** Absent where nothing is projected. */
  readonly compareProjections?: CompareProjections
  /** Mirrors the log into an EventStoreDB; resolves when all is there (`once`) or when it was stopped. */
  mirror(asked: MirrorAsked): Promise<MirrorProgress>
  close(): Promise<void>
}

export interface MirrorAsked {
  /** An `esdb://` connection string. */
  readonly url: string
  readonly fromStart: boolean
  readonly once: boolean
  /** The store's stream that holds the mirror's notes. */
  readonly notes?: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: MirrorProgress) => void
}

export interface MirrorProgress {
  /** Up to here everything is in the store. */
  readonly position: number
  readonly read: number
  readonly appended: number
}

/** What a process does beside answering. */
export interface Work {
  readonly serves: 'all' | 'catalog' | 'none'
  readonly sweeps: boolean
  /** It keeps the projections up with the log, where no other process does. */
  readonly projects?: boolean
  /** It posts events to the webhooks of the configuration. */
  readonly delivers?: boolean
  /** In place of the configuration's. */
  readonly namespace?: string
  readonly concurrency?: number
  readonly planner?: Planner
  /** It answers over HTTP there; port 0 is any that is free. */
  readonly listens?: { readonly host: string; readonly port: number }
}

/** What commands do with tasks. */
export type CommandTasks = Pick<Tasks, 'create' | 'get' | 'find' | 'change' | 'changeAll' | 'cancel' | 'fork' | 'usage'>

/** What only a Tasker that is asked over HTTP can say: it knows its own handlers. */
export interface AskedServer {
  /** A task of a template as it is written. */
  create(definition: JsonObject, input: Json, options: CreateOptions): Promise<TaskHandle>
  /** Everything that is wrong with the text of a template. */
  validate(text: string): Promise<ReadonlyArray<ToldProblem>>
  /** What a planner's answer to a planning step of this template would meet there. */
  judge(definition: JsonObject, step: string, answer: string): Promise<Judgement>
  /** Its capability schema. */
  catalog(): Promise<JsonObject>
}

/** Findings, or the graph that a fragment would become. */
export interface Judgement {
  readonly findings: ReadonlyArray<Record<'code' | 'path' | 'message', string>>
  /** Null where there are findings. */
  readonly graph: {
    readonly steps: ReadonlyArray<Record<'name' | 'handler' | 'step_type', string>>
    readonly edges: ReadonlyArray<Record<'from' | 'to', string>>
  } | null
}

/** What is wrong with a template, and where in its text. */
export interface ToldProblem {
  readonly code: string
  readonly path: string
  readonly message: string
  readonly line?: number
  readonly column?: number
}

export interface OpenTasker {
  readonly tasks: CommandTasks
  readonly gates: Pick<Gates, 'list' | 'approve' | 'reject' | 'editPlan'>
  readonly templates: Pick<Templates, 'register' | 'get' | 'list'>
  readonly schedules: Schedules
  readonly keys: Pick<Keys, 'create' | 'list' | 'revoke'>
  readonly deadLetters: DeadLetters
  readonly why: Explanations
  /** The records of the tasks. */
  readonly log: TaskRecord & Partial<Pick<Log, 'findByIdentity'>>
  /** Where it answers over HTTP, if it does. */
  readonly url?: string
  /** There where it is asked over HTTP (`--server`). */
  readonly server?: AskedServer
  close(): Promise<void>
}

export interface OpenDatabase {
  readonly url: string
  readonly embedded: boolean
  /** Leaves the embedded cluster, which stops when nobody else uses it. */
  close(): Promise<void>
}

export interface Migrated {
  /** Versions, 0 for an empty database. */
  readonly from: number
  readonly to: number
  readonly applied: ReadonlyArray<string>
}

export interface Trouble {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

export interface Probes {
  database(url: string): Promise<DatabaseReport>
  redis(url: string): Promise<RedisReport>
  embedded(dataDir: string): Promise<EmbeddedReport>
  /** What the shipped dashboard and alerts use and this Tasker does not export. */
  misfits(): Promise<ReadonlyArray<string>>
  /** Figures of the installation that are out of bounds; throws where they cannot be read. */
  figures(config: Config, logger: Logger): Promise<ReadonlyArray<Trouble>>
  issuer(rules: TokenRules): Promise<IssuerReport>
}

export type DatabaseReport =
  | { readonly reachable: false; readonly trouble: Trouble }
  | {
      readonly reachable: true
      /** As `180004`. */
      readonly version: number
      /** `transaction` where a session does not survive from one statement to the next. */
      readonly pooling: 'session' | 'transaction'
      readonly fsync: boolean
      readonly synchronousCommit: boolean
      /** How far its clock is ahead of this machine's. */
      readonly clockAheadMs: number
      /** The schema's version and the one that this Tasker knows; undefined where that cannot be told. */
      readonly schema: { readonly here: number; readonly known: number } | undefined
      /** API keys that open something; absent where that cannot be told. */
      readonly activeKeys?: number
      /** Whether this user may make what migrations make. */
      readonly mayMigrate: boolean
      /** Whether BullMQ's Postgres backend has its database beside this one, or may make it. */
      readonly mayQueue: boolean
    }

export type IssuerReport =
  | { readonly readable: true; readonly keys: number }
  | { readonly readable: false; readonly message: string }

export type RedisReport =
  | { readonly reachable: false; readonly trouble: Trouble }
  | {
      readonly reachable: true
      readonly version: string
      readonly maxmemoryPolicy: string | undefined
      readonly appendOnly: boolean | undefined
    }

export type EmbeddedReport =
  | { readonly state: 'absent' }
  | { readonly state: 'stopped' | 'running'; readonly data: string; readonly version: string; readonly port?: number }
  | { readonly state: 'unusable'; readonly trouble: Trouble }
