/** Which metrics, and which of their labels, an expression of Prometheus uses: enough to hold dashboards to the table. */
import { METRICS, type MetricDefinition } from './metric-table.js'

export interface UsedMetric {
  readonly name: string
  readonly labels: ReadonlyArray<string>
}

const METRIC = /\b((?:tasker|nodejs|process)_[a-z0-9_]+)\b(?:\{([^}]*)\})?/g
const GROUPED = /\b(?:by|without)\s*\(([^)]*)\)/g

/** Those that are selected, each with the labels of its selector and all that the expression groups by. */
export const metricsIn = (expression: string): ReadonlyArray<UsedMetric> => {
  const grouped = [...expression.matchAll(GROUPED)].flatMap(([, names = '']) => namesIn(names))
  const plain = expression.replace(GROUPED, ' ')
  return [...plain.matchAll(METRIC)].map(([, name = '', selector = '']) => ({
    name: name.replace(/_(?:bucket|sum|count)$/, (suffix) => (isHistogram(name, suffix) ? '' : suffix)),
    labels: [
      ...new Set(
        [...selector.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label).concat(grouped),
      ),
    ],
  }))
}

const namesIn = (list: string): ReadonlyArray<string> =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const definitionOf = (name: string): MetricDefinition | undefined =>
  Object.entries<MetricDefinition>(METRICS).find(([known]) => known === name)?.[1]

const isHistogram = (name: string, suffix: string): boolean =>
  definitionOf(name.slice(0, -suffix.length))?.kind === 'histogram'

/** Added by Prometheus when it scrapes, and `le` by histograms. */
const OF_PROMETHEUS = ['job', 'instance', 'le']

/** What an expression uses that Tasker does not export, in words; Node's own metrics are the process's business. */
export const unknownIn = (expression: string): ReadonlyArray<string> =>
  metricsIn(expression)
    .filter(({ name }) => name.startsWith('tasker_'))
    .flatMap(({ name, labels }) => {
      const known = definitionOf(name)
      if (known === undefined) return [`there is no metric ${name}`]
      const strange = labels.filter((label) => !known.labels.includes(label) && !OF_PROMETHEUS.includes(label))
      return strange.map((label) => `${name} has no label ${label}`)
    })
