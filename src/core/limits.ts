/** Every number that stops something has its name here. Times in milliseconds, sizes in bytes unless the name says else. */

export const MAX_STEPS_PER_EVENT = 500
/** Steps of one task that may wait in queues at a time; the rest follows as these are claimed. */
export const ENQUEUE_WINDOW = 1_000
/** A result, prompt or answer above this size is stored once per task by digest. */
export const INLINE_CONTENT_BYTES = 8_192
/** Payloads that the attempts of a process read lately. */
export const MAX_CACHED_PAYLOAD_BYTES = 64 * 1024 * 1024
export const MAX_RESULT_BYTES = 16 * 1024 * 1024
/** A checkpoint stands in its event; what is larger belongs where the work is done. */
export const MAX_CHECKPOINT_BYTES = 256 * 1024
export const DEFAULT_MAX_ATTEMPTS = 3
export const DEFAULT_MAX_LOSSES = 3
export const DEFAULT_BACKOFF_BASE_MS = 1_000
export const DEFAULT_BACKOFF_CAP_MS = 60_000
export const DEFAULT_JITTER = 0.1
export const DEFAULT_STEP_TIMEOUT_MS = 300_000
/** A `Retry-After` beyond this is cut to it. */
export const MAX_RETRY_AFTER_MS = 3_600_000
export const STEP_NAME = /^[a-z][a-z0-9_]{0,62}$/
export const RESERVED_NAMES: ReadonlyArray<string> = ['task', 'steps', 'item', 'secrets', 'result', 'context']
export const MAX_FRAGMENT_BYTES = 1024 * 1024
export const MAX_FRAGMENT_DEPTH = 64
export const MAX_TEXT_CHARS = 20_000
export const MAX_EXPRESSION_CHARS = 1_000
export const MAX_EXPRESSION_DEPTH = 20
export const MAX_EXPRESSION_NODES = 200
export const MAX_SCHEMA_CHARS = 20_000
export const MAX_SCHEMA_DEPTH = 20
export const MAX_SCHEMA_NODES = 500
/** A template, a recorded answer file or a configuration above this is not read. */
export const MAX_SOURCE_BYTES = 4 * 1024 * 1024
/** Values that a YAML document may expand to, aliases included. */
export const MAX_YAML_NODES = 200_000
export const MAX_YAML_DEPTH = 64
/** Columns of indentation in a YAML document. */
export const MAX_YAML_INDENT = 256
/** Problems of one document that are told; the rest follows from them. */
export const MAX_YAML_PROBLEMS = 50
/** The embedded Postgres: how long one process waits for another that starts or stops the same cluster. */
export const EMBEDDED_LOCK_WAIT_MS = 60_000
/** Recovery after a crash may take a while; beyond this the start has failed. */
export const EMBEDDED_START_MS = 60_000
export const EMBEDDED_STOP_MS = 30_000
export const EMBEDDED_PORT_ATTEMPTS = 5
export const MAX_HINTS_PER_SEND = 1_000
/** A queue that does not answer within this counts as unreachable. */
export const QUEUE_TIMEOUT_MS = 5_000
export const QUEUE_CLOSE_MS = 2_000
/** How long BullMQ leaves a fetched hint to a worker that has fallen silent; meanwhile nobody can send it again. */
export const QUEUE_LOCK_MS = 10_000
/** How often BullMQ looks for such hints; it takes them away when it looks the second time. */
export const QUEUE_STALLED_MS = 3_000
export const MAX_STALLED_COUNT = 5
/** The longest that a consumer waits for a hint in one go. */
export const QUEUE_POLL_SECONDS = 5
export const QUEUE_RETRY_MS = 500
/** The same fault of a queue is reported again after this. */
export const QUEUE_FAULT_QUIET_MS = 10_000
/** Entries that BullMQ keeps of its own event stream, which nobody reads. */
export const QUEUE_EVENTS_KEPT = 100
/** Connections to the queue's Postgres database for each producer and each consumer, besides the one that listens. */
export const MAX_QUEUE_CONNECTIONS = 4
/** An answer of a planner, thinking included; a smaller rest of `max_tokens` makes it shorter. */
export const MAX_PLAN_OUTPUT_TOKENS = 20_000
/** A planner that may write no more than this is not worth asking. */
export const MIN_PLAN_OUTPUT_TOKENS = 1_024
/** One call of a planner. Below `DEFAULT_STEP_TIMEOUT_MS`, so that a call that hangs is recorded before its attempt ends. */
export const PLAN_TIMEOUT_MS = 270_000
/** What a plan for a goal may use where nobody says otherwise; a week, for it may wait for its approval over a weekend. */
export const GOAL_BOUNDS = {
  max_steps: 60,
  max_depth: 8,
  max_fan_out: 50,
  max_phases: 3,
  max_planner_calls: 10,
  max_tokens: 1_000_000,
  max_cost_usd: 2,
  max_wall_clock_seconds: 604_800,
}
export const GOAL_REVISIONS = 3
/** Upper estimate of input tokens: a token for every two bytes (English and JSON take three to four), and the framing. */
export const PLAN_BYTES_PER_TOKEN = 2
export const PLAN_FRAMING_TOKENS = 1_000
/** A result up to this size is shown to a planner as it is; up to the next as an outline with samples; above by digest. */
export const CONTEXT_WHOLE_BYTES = 8_192
export const CONTEXT_OUTLINE_BYTES = 262_144
/** All data of one prompt together; beyond it each result is shown in a smaller form. */
export const CONTEXT_TOTAL_BYTES = 131_072
/** The graph around a planning step; of a larger one only what a fragment may touch is shown, as far as it fits. */
export const CONTEXT_GRAPH_BYTES = 65_536
/** A rejected answer as its planner is shown it again; a longer one was no fragment. */
export const MAX_REVISED_ANSWER_CHARS = 200_000
/** Items of a list that are read to describe the shape of all. */
export const CONTEXT_SCHEMA_ITEMS = 50
export const CONTEXT_SCHEMA_KEYS = 40
export const MAX_PLANNER_MESSAGE_CHARS = 2_000
/** An answer of a provider as it comes over the wire: a stream frames each few characters by some hundred. */
export const MAX_PLANNER_ANSWER_BYTES = 128 * 1024 * 1024
/** A longer answer is not recorded. A shorter one is, also where it is far too long for a fragment. */
export const MAX_RECORDED_ANSWER_CHARS = 8 * 1024 * 1024
/** What a person is told about why a model stopped. */
export const MAX_STOP_DETAIL_CHARS = 2_000

export const MAX_TEMPLATE_STEPS = 50_000
export const MAX_NAME_CHARS = 255
export const MAX_CALLABLE_CHARS = 500
/** Characters of a namespace; queue names are made of it. */
export const NAMESPACE = /^[a-z][a-z0-9_-]{0,62}$/
export const MAX_ATTEMPTS = 100
export const MAX_BACKOFF_MS = 3_600_000
export const MAX_STEP_TIMEOUT_SECONDS = 2_592_000
export const MAX_TASK_DURATION_MINUTES = 43_200
/** How long a template may let a task stand still in one situation: Tasker Core's week. */
export const MAX_WAITING_MINUTES = 10_080
/** Of the value by which a limit's key counts. */
export const MAX_PARTITION_CHARS = 200
/** Attempts at a time, or claims in a time, that a limit may state. */
export const MAX_CLAIM_LIMIT = 1_000_000
export const MAX_RATE_SECONDS = 86_400
/** Priorities reach from its negative to it. */
export const MAX_PRIORITY = 1_000
export const MAX_BATCH_SIZE = 100_000
export const MAX_PARALLELISM = 1_000
/** The largest number that a bound may state. */
export const MAX_BOUND = 1_000_000_000
/** Names that one bound may list. */
export const MAX_BOUND_NAMES = 1_000
export const MAX_ENVIRONMENTS = 100
/** Domain events that one template declares, or one step publishes. */
export const MAX_PUBLISHED_EVENTS = 100
/** Steps of a template that a drawing holds. */
export const MAX_DRAWN_STEPS = 1_000
/** Expressions and schemas are evaluated in processes of their own, with these limits for one evaluation. */
export const EXPRESSION_PROCESSES = 2
export const EXPRESSION_TIMEOUT_MS = 3_000
export const EXPRESSION_MEMORY_MB = 128
/** Characters of JSON that one evaluation may give back. */
export const MAX_EXPRESSION_OUTPUT_CHARS = 16 * 1024 * 1024
export const MAX_PATTERN_CHARS = 500
/** States that one pattern may come to, its counted repetitions written out; all patterns of a schema together. */
export const MAX_PATTERN_STATES = 5_000
export const MAX_SCHEMA_PATTERNS = 20
/** What a schema has against one value is told up to here. */
export const MAX_SCHEMA_FAULTS = 20
/** One request of the catalog, redirects included. */
export const DEFAULT_HTTP_TIMEOUT_MS = 30_000
export const MAX_HTTP_TIMEOUT_SECONDS = 600
export const CONNECT_TIMEOUT_MS = 10_000
export const DEFAULT_RESPONSE_BYTES = 2 * 1024 * 1024
export const MAX_RESPONSE_BYTES = MAX_RESULT_BYTES
export const DEFAULT_REDIRECTS = 5
export const MAX_REDIRECTS = 10
export const MAX_URL_CHARS = 8_000
export const MAX_HEADERS = 50
export const MAX_HEADER_CHARS = 8_000
export const MAX_BODY_CHARS = 1024 * 1024
export const HTTP_CONNECTIONS_PER_ORIGIN = 64
export const HTTP_KEEP_ALIVE_MS = 4_000
/** JSON from outside may nest this deep; what reads it later recurses. */
export const MAX_JSON_DEPTH = 200

export const MAX_SUMMARY_CHARS = 2_000
/** Elements of data that one step of the catalog takes. */
export const MAX_ITEMS = 200_000
export const MAX_MAPPINGS = 50
export const MAX_RULES = 50
/** Faults and failures that a result or an error lists one by one. */
export const MAX_LISTED_FAILURES = 100
export const MAX_GATE_GROUPS = 20
export const MAX_GATE_VOTES = 50
export const MAX_GATE_TIMEOUT_SECONDS = 31_536_000
/** A step waits this long at most, for a time or for a signal. */
export const MAX_WAIT_SECONDS = 31_536_000
/** A gate's people are reminded no more often than this. */
export const MIN_REMINDER_SECONDS = 60
/**
 * A reminder of which nobody knows that it was sent is sent again after this: longer than one takes at most
 * (`MAIL_TIMEOUT_MS`), or a second process would send what the first is still sending.
 */
export const REMINDER_RETRY_MS = 90_000
/** One e-mail of the catalog: from connecting to the server's answer. */
export const MAIL_TIMEOUT_MS = 60_000
export const MAX_MAIL_RECIPIENTS = 50
export const MAX_SUBJECT_CHARS = 500
/** Rows that one step writes, and the JSON that they may have together. */
export const MAX_ROWS = 10_000
export const MAX_ROWS_BYTES = MAX_RESULT_BYTES
/** Connections to each database that `persist` writes to. */
export const ROW_CONNECTIONS = 4
export const MAX_REVISIONS = 10
/** Findings of one fragment that are told; a fragment with more is refused all the same. */
export const MAX_FINDINGS = 500
/** Characters of a finding's path, and of a name or text that a finding repeats. */
export const MAX_PLACE_CHARS = 2_000
export const MAX_QUOTED_CHARS = 120
/** A key of an object that a model writes. */
export const MAX_KEY_CHARS = 1_000
/** Names that a finding offers instead of an unknown one. */
export const MAX_OFFERED_NAMES = 40
/** Eager claims in a row of one queue while others wait for a slot. */
export const EAGER_STREAK = 50
/** Commands of one task that are decided into one append. */
export const MAX_COMMANDS_PER_CHAIN = 500
/** Folded states that a process keeps. */
export const MAX_CACHED_TASKS = 10_000
/** Of those, tasks that are over. */
export const MAX_CACHED_ENDED_TASKS = 500
/** Steps that those states may have together: a few wide tasks weigh as much as thousands of small ones. */
export const MAX_CACHED_STEPS = 500_000
/** A task gets a snapshot each time it has grown by this many events … */
export const SNAPSHOT_EVERY_EVENTS = 5_000
/** … and by this many for each of its steps: a snapshot writes the whole state, which must not add up to a square. */
export const SNAPSHOT_EVENTS_PER_STEP = 2
export const SESSION_TTL_MS = 15_000
export const SESSION_RENEWAL_MS = 3_000
/** How often the leader looks for what is due, at least. */
export const SWEEP_INTERVAL_MS = 500
/** A schedule's tick that is noticed within this time was not missed. */
export const SCHEDULE_GRACE_MS = 60_000
/** Ticks that were missed, for which tasks are created all the same. */
export const MAX_CATCH_UP_TICKS = 100
export const MAX_LISTED_CHANGES = 1_000
/** How often the leader looks whether a user's own transaction has left something. */
export const INBOX_POLL_MS = 100
/** A signal for a task that is not there is kept this long: the task may be another transaction's. */
export const INBOX_PATIENCE_MS = 60_000
/** A queue entry that nobody has claimed for this long is hinted again. */
export const HINT_AGE_MS = 10_000
/** A hint that nobody of those who can follow it took at once rests for this long, twice as long each time, … */
export const HANDED_ON_MS = 20
export const HANDED_ON_MAX_MS = 1_000
/** … and once it was handed on so many times it is left to the sweeper. */
export const MAX_HANDED_ON = 20
/** A process that is busy keeps a hint for this long, where others serve the queue too. */
export const HINT_PATIENCE_MS = 2_000
export const SWEEP_BATCH = 1_000
/** Pages of hints that one sweep sends to a queue that has lost its content; the next one goes on. */
export const MAX_SWEPT_PAGES = 20
/** Timers further away than this are left to the leader. */
export const LOCAL_TIMER_HORIZON_MS = 60_000
export const DRAIN_GRACE_MS = 30_000
/** One append closes at this many events or bytes; a single stream's append above it goes alone. */
export const APPEND_MAX_EVENTS = 2_000
export const APPEND_MAX_BYTES = 8 * 1024 * 1024
/** How long the database may keep one of our statements waiting for a lock, running, or a transaction idle. */
export const DATABASE_LOCK_TIMEOUT_MS = 10_000
export const DATABASE_STATEMENT_TIMEOUT_MS = 30_000
export const DATABASE_IDLE_TRANSACTION_TIMEOUT_MS = 10_000
export const DATABASE_CONNECT_TIMEOUT_MS = 10_000
/** An append whose answer was lost is asked for again this long before the log counts as unreachable. */
export const LOG_PATIENCE_MS = 30_000
export const LOG_RETRY_PAUSE_MS = 50
/** Other processes are notified of new events at most this often; they look by themselves as often as the second. */
export const LOG_NOTIFY_INTERVAL_MS = 5
export const LOG_POLL_INTERVAL_MS = 250
export const LOG_READ_CONNECTIONS = 4
/** A leader asks this often whether its connection still lives. */
export const LEADERSHIP_PING_MS = 2_000
/** A step that waits gains one level of priority for each such time. */
export const PRIORITY_AGE_MS = 30_000
/** How long a limit that has no slot is left alone, where nobody says that one has become free. */
export const THROTTLE_RETRY_MS = 250
/** Steps that a process keeps aside because a limit holds them back. */
export const MAX_PARKED_HINTS = 10_000
/** Enqueued steps of a task that an eager claim looks at in vain. */
export const MAX_EAGER_LOOK = 32
/** How long the leader leaves a timer to the process that set it. */
export const TIMER_GRACE_MS = 500
/** How often a process that does not lead tries to. */
export const LEADER_RETRY_MS = 2_000
/** How often somebody who waits for a task looks for what other processes appended. */
export const WATCH_POLL_MS = 250
/** Attempts that a process runs at a time, of each queue, where nobody says otherwise. */
export const DEFAULT_CONCURRENCY = 100
/** Heads of tasks that are read at a time. */
export const HEADS_PER_PAGE = 1_000
/** How long `doctor` waits for one answer of a database. */
export const PROBE_TIMEOUT_MS = 3_000
/** Events of one task that an export, a proof or a replay reads at a time. */
export const RECORD_PAGE_EVENTS = 1_000
/** Payloads that are held in memory at a time; each may be as large as a result. */
export const MAX_PAYLOADS_PER_READ = 4
/** A line of a bundle: the largest payload in base64, or an event whose text is all escapes. */
export const MAX_BUNDLE_LINE_BYTES = 64 * 1024 * 1024
/** A published head is far shorter than this. */
export const MAX_HEAD_LINE_BYTES = 64 * 1024
/** Positions of the log that one reading of some of its events looks at. */
export const MATCHING_PIECE_POSITIONS = 20_000
/** Events that a subscription reads at a time, and how often at most where fewer come. */
export const SUBSCRIPTION_PAGE_EVENTS = 1_000
export const SUBSCRIPTION_READ_INTERVAL_MS = 5
/** How long a subscription that hears of nothing waits before it looks by itself. */
export const SUBSCRIPTION_IDLE_MS = 30_000
/** Without a sign of life for this long, a member of a subscription has lost what it held. */
export const SUBSCRIPTION_LEASE_MS = 10_000
export const SUBSCRIPTION_RENEWAL_MS = 1_000
export const MIN_SUBSCRIPTION_LEASE_MS = 1_000
/** How often acknowledgements are written down; those of the last while are handed over again after a crash. */
export const SUBSCRIPTION_FLUSH_MS = 200
/** Events that one member handles at a time, of different partitions. */
export const SUBSCRIPTION_CONCURRENCY = 8
export const MAX_SUBSCRIPTION_CONCURRENCY = 256
export const SUBSCRIPTION_MAX_ATTEMPTS = 5
/** Events of one partition that share a transaction, or a turn. */
export const SUBSCRIPTION_BURST_EVENTS = 100
export const MAX_SUBSCRIPTION_BURST = 10_000
/** Events that wait in one member before it stops reading, and in one partition before that is left out. */
export const SUBSCRIPTION_QUEUED_EVENTS = 10_000
export const SUBSCRIPTION_LANE_EVENTS = 500
/** Partitions whose readers stand this near to each other are read together. */
export const SUBSCRIPTION_COHORT_POSITIONS = 10_000
/** Connections for what members write down, beside one for each transaction at a time. */
export const SUBSCRIPTION_CONNECTIONS = 2
/** Between the last statement of a transaction and its commit. */
export const SUBSCRIPTION_COMMIT_MS = 2_000
/** Members that have been silent for this long are forgotten. */
export const SUBSCRIPTION_FORGET_MS = 3_600_000
export const MAX_PARKED_PER_PAGE = 1_000
export const MAX_SUBSCRIPTION_ERROR_CHARS = 2_000
/** A fork takes over its old task's events in one append. */
export const MAX_FORKED_EVENTS = 100_000
/** Results, prompts and answers that a fork takes over; they go into the same append. */
export const MAX_FORKED_BYTES = 256 * 1024 * 1024
/** Steps that explain why a task stands; further ones are counted. */
export const MAX_EXPLAINED_STEPS = 20
export const MAX_NAMES_IN_SENTENCE = 5
export const MAX_FILTER_CHARS = 2_000

export const DEFAULT_WEBHOOK_TIMEOUT_MS = 30_000
/** What a receiver of a webhook may answer; only its status is looked at. */
export const MAX_WEBHOOK_ANSWER_BYTES = 1024 * 1024
/** A signature older or newer than this is not believed. */
export const WEBHOOK_TOLERANCE_SECONDS = 300

/** The mirror into another store: events that are read at a time, and streams that are written at a time. */
export const MIRROR_PAGE_EVENTS = 1_000
export const MIRROR_CONCURRENCY = 16
/** One append: the store takes no more than a megabyte unless it is told to. */
export const MIRROR_BATCH_EVENTS = 500
export const MIRROR_BATCH_BYTES = 512 * 1024
/** Characters of a payload that one event of the store holds: escaped, they are six times as many bytes at most. */
export const MIRROR_PIECE_CHARS = 128 * 1024
/** Payloads that a mirror remembers to have written. */
export const MIRROR_KNOWN_PAYLOADS = 20_000
/** After so many events the mirror notes where it is; what follows the note is compared again after a crash. */
export const MIRROR_CHECKPOINT_EVENTS = 5_000
/** Notes that are kept. */
export const MIRROR_CHECKPOINTS_KEPT = 10
/** A call that is not answered within this is made again. */
export const MIRROR_CALL_MS = 15_000
export const MIRROR_RETRY_MS = 100
export const MIRROR_RETRY_MAX_MS = 5_000
/** How long a mirror that does not follow the log waits for a store that is away. */
export const MIRROR_PATIENCE_MS = 30_000
/** How long a mirror that hears of nothing waits before it looks by itself. */
export const MIRROR_IDLE_MS = 30_000

/** Events that are projected at a time, and their size together as the page before tells it; no page has fewer than the last. */
export const PROJECTION_PAGE_EVENTS = 2_000
export const PROJECTION_PAGE_BYTES = 8 * 1024 * 1024
export const PROJECTION_PAGE_LEAST = 50
/** After so many events a fold lets others have their turn: those who read and write for it, too. */
export const PROJECTION_TURN_EVENTS = 200
/** Folds of tasks that are kept while the log is followed, and the steps that these may have together. */
export const MAX_PROJECTED_TASKS = 10_000
export const MAX_PROJECTED_STEPS = 200_000
/** Events of tasks whose folds were let go of that are read again in one go. */
export const MAX_PROJECTION_HISTORY_EVENTS = 10_000
/** Rows of a projection that one statement writes, or compares. */
export const PROJECTION_ROWS_PER_STATEMENT = 5_000
export const PROJECTION_CONNECTIONS = 3
/** How often rows are written at most, where few events come. */
export const PROJECTION_INTERVAL_MS = 20
/** How often a projector looks for what builds have left, where everything goes well. */
export const PROJECTION_LOOK_MS = 30_000
/** How long a projector that hears of nothing waits before it looks by itself. */
export const PROJECTION_IDLE_MS = 30_000
/** After a fault, a projection tries again this often; one whose position has not moved for the second is stalled. */
export const PROJECTION_RETRY_MS = 5_000
export const PROJECTION_STALLED_MS = 15_000
/** Pages of a projection that is behind, for each one of those that are not. */
export const PROJECTION_CATCH_UP_PAGES = 4
/** A projection that is this far behind, and never ran, is built task by task instead. */
export const PROJECTION_BUILD_POSITIONS = 20_000
/** How often somebody who waits for a projection looks how far it is. */
export const PROJECTION_WAIT_POLL_MS = 20
export const MAX_PROJECTION_ERROR_CHARS = 2_000
/** Rows of a page of what projections show, where nobody says how many, and at most; and how long a reader waits for them. */
export const DEFAULT_PAGE_ROWS = 50
export const MAX_PAGE_ROWS = 500
export const PROJECTION_READ_WAIT_MS = 5_000

/** Keys that are listed. */
export const MAX_LISTED_KEYS = 10_000
export const MAX_KEY_GRANTS = 100
/** A key's last use is noted this often at most. */
export const KEY_USE_NOTED_MS = 60_000

/** Observability: rows that are counted, at most; how old what was read may be, and how long it is waited for; labels of one kind, the rest is `other`. */
export const STANDING_ROWS = 100_000
export const STANDING_MAX_AGE_MS = 5_000
export const STANDING_PATIENCE_MS = 4_000
export const MAX_METRIC_LABELS = 100
/** Attempts, and seconds of each, that a configured webhook may have. */
export const MAX_WEBHOOK_ATTEMPTS = 100
export const MAX_WEBHOOK_SECONDS = 300
