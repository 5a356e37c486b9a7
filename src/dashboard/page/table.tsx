/**
 * A table that becomes a list of cards on a phone: every cell carries its column's name. Roles are written out because a
 * browser forgets that a table is one when its rows are laid out as blocks.
 */
import type { Child, FC } from 'hono/jsx'

export interface Column {
  readonly label: string
  /** `main` names the row; `select` holds its checkbox; `narrow` is as wide as it needs. */
  readonly kind?: 'main' | 'number' | 'narrow' | 'select'
  /** Shown to screen readers alone. */
  readonly unseen?: boolean
}

export interface TableRow {
  /** Unique in the page: by it a row is known again when the page changes under its reader. */
  readonly id: string
  readonly cells: ReadonlyArray<Child>
}

export const Table: FC<{
  readonly label: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<TableRow>
}> = ({ label, columns, rows }) => (
  <div class="scroll">
    {/* biome-ignore-start lint/a11y/noRedundantRoles: laid out as blocks, a table is none without its roles */}
    <table class="table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ label: name, kind, unseen }) => (
            <th role="columnheader" scope="col" {...classOf(kind)}>
              {unseen === true ? <span class="unseen">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ id, cells }) => (
          <tr role="row" id={id}>
            {cells.map((cell, at) => (
              <td role="cell" data-label={columns[at]?.label ?? ''} {...classOf(columns[at]?.kind)}>
                <div>{cell}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
  </div>
)

const classOf = (kind: Column['kind']) => (kind === undefined ? {} : { class: `is-${kind}` })
