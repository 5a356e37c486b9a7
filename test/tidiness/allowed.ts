/** What is not yet as it should be. Each number may only become smaller, each line only disappear: `ratchet.ts`. */

/** Lines of files above the limit. */
export const LONG_FILES: Readonly<Record<string, number>> = {}

/** Lines of functions above the limit. */
export const LONG_FUNCTIONS: Readonly<Record<string, number>> = {
  'src/queue/bull-queue.ts: createBullQueue': 70,
  'src/queue/memory-queue.ts: createMemoryQueue': 64,
  'test/catalog/catalog-in-fragments.test.ts: test': 76,
  'test/simulation/run-seed.ts: runSeed': 67,
}

/** Casts in the core: where a codec or a table pairs a name with a type in a way that the compiler cannot follow. */
export const CORE_CASTS: Readonly<Record<string, number>> = {
  'src/core/closed.ts': 1,
  'src/core/decide/batch.ts': 1,
  'src/core/decide/emit.ts': 1,
  'src/core/decide/fan-out.ts': 1,
  'src/core/event.ts': 2,
  'src/core/events/codecs.ts': 2,
  'src/core/events/planning.ts': 2,
  'src/core/events/task.ts': 2,
}

/** Circles of types. */
export const CIRCLES: ReadonlyArray<string> = []

/** Double casts whose reason is given elsewhere. */
export const UNEXPLAINED_CASTS: ReadonlyArray<string> = []

/** Test files that poll for a state which nobody signals. */
export const POLLERS: ReadonlyArray<string> = ['test/queue/eventually.ts', 'test/support/until.ts']
