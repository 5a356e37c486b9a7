/** What a chain does to the due rows of its task, gathered change by change into what its append has to write. */
import type { Due, DueChange } from '../core/due-row.js'
import type { DueRow, StreamAppend } from '../ports/log.js'

export class DueGathering {
  readonly #changes = new Map<string, { readonly born: boolean; row: Due | undefined }>()

  note({ key, row }: DueChange): void {
    const known = this.#changes.get(key)
    // A row that this chain itself made and settled need never be written.
    if (known === undefined) this.#changes.set(key, { born: row !== undefined, row })
    else known.row = row
  }

  rows(): ReadonlyArray<{ readonly key: string; readonly row: Due }> {
    const rows: { readonly key: string; readonly row: Due }[] = []
    for (const [key, { row }] of this.#changes) if (row !== undefined) rows.push({ key, row })
    return rows
  }

  toAppend(priority: number): StreamAppend['due'] {
    const put: DueRow[] = []
    const remove: string[] = []
    for (const [key, { born, row }] of this.#changes) {
      if (row !== undefined) {
        const { kind, dueAtMs, target, data } = row
        put.push({ key, kind, dueAt: dueAtMs, target, priority, data: JSON.stringify(data) })
      } else if (!born) remove.push(key)
    }
    return { put, remove }
  }
}
