/** Every number that stops something has its name here. Times in milliseconds, sizes in bytes unless the name says else. */

export const MAX_STEPS_PER_EVENT = 500
/** Steps of one task that may wait in queues at a time; the rest follows as these are claimed. */
export const ENQUEUE_WINDOW = 1_000
/** A result, prompt or answer above this size is stored once per task by digest. */
export const INLINE_CONTENT_BYTES = 8_192
export const MAX_RESULT_BYTES = 16 * 1024 * 1024

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
