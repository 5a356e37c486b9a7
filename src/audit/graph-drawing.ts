/**
 * Draws a graph as text, the way `git log --graph` draws history: one row a step, one lane for every step that others
 * still wait for. A lane runs down from the step that opened it to the last one that depends on it.
 *
 *   ● plan
 *   ├─● plan/look
 *   ├─│─● plan/probe
 *   │ ╰─┴─● plan/execute        (both lanes end here, the lane of `plan` goes on)
 */
import type { GraphStep } from './planned-graph.js'

type Lanes = ReadonlyArray<string | undefined>

interface Row {
  readonly left: string
  /** What stands in columns beside the drawing. */
  readonly beside: ReadonlyArray<string>
}

/** One line a step, with its handler and whatever else is said of it; a heading line above each change of phase. */
export const drawGraph = (
  steps: ReadonlyArray<GraphStep>,
  say: (step: GraphStep) => string = () => '',
): ReadonlyArray<string> => {
  const remaining = waitersOf(steps)
  const goesOn = (name: string): boolean => (remaining.get(name) ?? 0) > 0
  const rows: Row[] = []
  let lanes: Lanes = []
  let phase: string | undefined
  for (const step of steps) {
    if (step.phase !== phase) rows.push(...headingRows(lanes, step.phase, phase === undefined))
    phase = step.phase
    const connected = new Set(step.dependencies.filter((name) => lanes.includes(name)))
    for (const name of connected) remaining.set(name, (remaining.get(name) ?? 1) - 1)
    const column = columnOf(lanes, connected, goesOn)
    rows.push({
      left: `${rowOf(lanes, connected, column, goesOn, step)} ${step.name}`,
      beside: [handlerOf(step), say(step)],
    })
    lanes = lanesAfter(lanes, column, step.name, goesOn)
  }
  return inColumns(rows)
}

/** A long heading moves no column. */
const inColumns = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const drawn = rows.filter(({ beside }) => beside.length > 0).map(({ left, beside }) => [left, ...beside])
  const widthOf = (column: number): number =>
    drawn.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), 0)
  const widths = [widthOf(0), widthOf(1)]
  return rows.map(({ left, beside }) =>
    beside.length === 0
      ? left
      : [left, ...beside]
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
  )
}

const headingRows = (lanes: Lanes, phase: string, isFirst: boolean): ReadonlyArray<Row> => {
  const title = { left: `${bars(lanes)}${headingOf(phase)}`, beside: [] }
  return isFirst ? [title] : [{ left: bars(lanes).trimEnd(), beside: [] }, title]
}

const waitersOf = (steps: ReadonlyArray<GraphStep>): Map<string, number> => {
  const waiters = new Map<string, number>()
  for (const step of steps) {
    for (const name of new Set(step.dependencies)) waiters.set(name, (waiters.get(name) ?? 0) + 1)
  }
  return waiters
}

/** Below the rightmost lane that leads here if it ends here, else in the first free column to its right. */
const columnOf = (lanes: Lanes, connected: ReadonlySet<string>, goesOn: (name: string) => boolean): number => {
  const rightmost = lanes.findLastIndex((name) => name !== undefined && connected.has(name))
  const name = lanes[rightmost]
  if (name !== undefined && !goesOn(name)) return rightmost
  const free = lanes.findIndex((lane, index) => index > rightmost && lane === undefined)
  return free === -1 ? lanes.length : free
}

const rowOf = (
  lanes: Lanes,
  connected: ReadonlySet<string>,
  column: number,
  goesOn: (name: string) => boolean,
  step: GraphStep,
): string => {
  const first = lanes.findIndex((name) => name !== undefined && connected.has(name))
  let row = ''
  for (let index = 0; index < Math.max(lanes.length, column + 1); index++) {
    const name = lanes[index]
    const joined = name !== undefined && connected.has(name)
    const line = first !== -1 && index > first && index <= column
    if (index > 0) row += line ? '─' : ' '
    if (index === column) row += markOf(step)
    else if (name === undefined) row += line ? '─' : ' '
    else if (!joined) row += '│'
    else if (index === first) row += goesOn(name) ? '├' : '╰'
    else row += goesOn(name) ? '┼' : '┴'
  }
  return row.trimEnd()
}

const lanesAfter = (lanes: Lanes, column: number, name: string, goesOn: (name: string) => boolean): Lanes => {
  const after = lanes.map((lane) => (lane !== undefined && goesOn(lane) ? lane : undefined))
  while (after.length <= column) after.push(undefined)
  after[column] = goesOn(name) ? name : undefined
  return after.slice(0, after.findLastIndex((lane) => lane !== undefined) + 1)
}

const bars = (lanes: Lanes): string => lanes.map((lane) => (lane === undefined ? '  ' : '│ ')).join('')

const headingOf = (phase: string): string =>
  phase === '' ? 'of the template' : `planned by ${phase}, phase ${phase.split('/').length}`

const MARKS: Partial<Record<GraphStep['type'], string>> = {
  planning: '◆',
  deferred_convergence: '▼',
  gate: '■',
}

const markOf = (step: GraphStep): string => MARKS[step.type] ?? '●'

const handlerOf = (step: GraphStep): string => {
  const handler = step.handler.replace(/^catalog:/, '')
  if (step.instances === 0) return handler
  return `${handler} → ${step.instances} × ${(step.instanceHandler ?? '').replace(/^catalog:/, '')}`
}

export const GRAPH_LEGEND = '◆ planning   ■ gate   ▼ convergence   ● step'
