/** An installation in memory for commands that plan and run: the real catalog and engine, a log that outlives commands. */
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { System } from '../../src/cli/system.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore } from '../../src/log/memory-store.js'
import { startTasker } from '../../src/main.js'
import { plannerOf } from '../../src/open-planner.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { systemClock } from '../../src/system-clock.js'
import { pretend } from './pretended-system.js'
import type { Spoken } from './spoken.js'

export interface Workbench {
  readonly store: MemoryStore
  tasker(...argv: ReadonlyArray<string>): Promise<Spoken>
}

export const workbench = (cwd: string, environment: Readonly<Record<string, string>> = {}): Workbench => {
  const store = createMemoryStore()
  const openTasker: System['openTasker'] = (config, logger, handlers, work) =>
    startTasker(
      {
        databaseUrl: '',
        handlers,
        serves: work?.serves ?? 'none',
        sweeps: false,
        namespace: work?.namespace ?? config.namespace,
        ...(work?.planner === undefined ? {} : { planner: work.planner }),
        ...(config.sources.planner_model?.kind === 'default' ? {} : { plannerModel: config.plannerModel }),
        logger,
      },
      createMemoryLog(systemClock, store),
      createMemoryQueue(),
    )
  return {
    store,
    tasker: async (...argv) => {
      const catalog = createCatalog()
      try {
        return await pretend(COMMANDS, argv, {
          cwd,
          environment,
          openTasker,
          openPlanner: (choice) => plannerOf(choice, cwd, environment),
          vocabularyOf: (handlers) => vocabularyOf([...catalog.handlers, ...handlers]),
        })
      } finally {
        await catalog.close()
      }
    },
  }
}
