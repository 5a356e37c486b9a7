/** The templates that are registered, each with how its tasks do. */
import type { FC } from 'hono/jsx'
import { latestOf } from '../../core/template/version.js'
import type { TemplatePerformance } from '../../ports/summaries.js'
import type { TemplateListing } from '../../ports/templates.js'
import { withinText } from '../page/durations.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Bar, EmptyState, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { countText, durationText, moneyText, percentText, plural } from '../page/wording.js'

export const templatePath = (namespace: string, name: string, version?: string): string => {
  const path = `/ui/templates/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
  return version === undefined ? path : `${path}?version=${encodeURIComponent(version)}`
}

interface Line {
  readonly namespace: string
  readonly name: string
  /** Undefined where tasks ran of a template that nobody registered. */
  readonly latest: string | undefined
  readonly versions: number
  readonly performance: ReadonlyArray<TemplatePerformance>
}

export const TemplateListPage: FC<{
  readonly frame: Frame
  readonly listings: ReadonlyArray<TemplateListing>
  readonly performance: ReadonlyArray<TemplatePerformance>
}> = ({ frame, listings, performance }) => {
  const lines = linesOf(listings, performance)
  return (
    <Page
      frame={frame}
      title="Templates"
      section="templates"
      live="all"
      lead="The frames that authors wrote: steps, what each waits for, and the bounds within which planners may fill in the rest."
    >
      <Panel id="templates" live flush>
        {lines.length === 0 ? (
          <EmptyState icon="template" title="No template is registered">
            Register one: <code>tasker template register order.yaml</code>
          </EmptyState>
        ) : (
          <Table
            label="Templates"
            columns={[
              { label: 'Template', kind: 'main' },
              { label: 'Tasks', kind: 'number' },
              { label: 'How they ended' },
              { label: 'On average', kind: 'number' },
              { label: '95%', kind: 'number' },
              { label: 'Planning', kind: 'number' },
            ]}
            rows={lines.map(rowOf)}
          />
        )}
      </Panel>
    </Page>
  )
}

const linesOf = (
  listings: ReadonlyArray<TemplateListing>,
  performance: ReadonlyArray<TemplatePerformance>,
): ReadonlyArray<Line> => {
  const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`
  const keys = new Set([
    ...listings.map(({ namespace, name }) => keyOf(namespace, name)),
    ...performance.map(({ namespace, template }) => keyOf(namespace, template)),
  ])
  return [...keys].sort().map((key) => {
    const [namespace = '', name = ''] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)]
    const registered = listings.filter((one) => keyOf(one.namespace, one.name) === key)
    return {
      namespace,
      name,
      latest: latestOf(registered)?.version,
      versions: registered.length,
      performance: performance.filter((one) => keyOf(one.namespace, one.template) === key),
    }
  })
}

const rowOf = ({ namespace, name, latest, versions, performance }: Line) => {
  const sums = totalOf(performance)
  return {
    id: `template-${namespace}-${name}`,
    cells: [
      <>
        {latest === undefined ? <strong>{name}</strong> : <a href={templatePath(namespace, name)}>{name}</a>}
        <span class="sub">
          {`${namespace} · ${latest === undefined ? 'not registered' : `${latest}${versions === 1 ? '' : ` of ${plural(versions, 'version')}`}`}`}
        </span>
      </>,
      sums.created === 0 ? (
        '0'
      ) : (
        <a href={`/ui/tasks?template=${encodeURIComponent(name)}`}>{countText(sums.created)}</a>
      ),
      <Ends of={sums} />,
      sums.ended === 0 ? '–' : durationText(sums.durationMs / sums.ended),
      withinText(sums.durations, 0.95),
      sums.plannerCalls === 0 ? '–' : `${plural(sums.plannerCalls, 'call')} · ${moneyText(sums.costUsd)}`,
    ],
  }
}

export const totalOf = (performance: ReadonlyArray<TemplatePerformance>) => {
  const sum = (count: (one: TemplatePerformance) => number): number =>
    performance.reduce((all, one) => all + count(one), 0)
  const [complete, error] = [sum((one) => one.complete + one.resolvedManually), sum((one) => one.error)]
  const cancelled = sum((one) => one.cancelled)
  return {
    created: sum((one) => one.created),
    complete,
    error,
    cancelled,
    blocked: sum((one) => one.blocked),
    ended: complete + error + cancelled,
    steps: sum((one) => one.steps),
    failedAttempts: sum((one) => one.failedAttempts),
    plannerCalls: sum((one) => one.plannerCalls),
    costUsd: sum((one) => one.costUsd),
    durationMs: sum((one) => one.durationMs),
    durations: (performance[0]?.durations ?? []).map(({ upToMs }, at) => ({
      upToMs,
      count: sum((one) => one.durations[at]?.count ?? 0),
    })),
  }
}

export const Ends: FC<{ readonly of: ReturnType<typeof totalOf> }> = ({ of }) => {
  if (of.created === 0) return <span class="faint">–</span>
  const open = Math.max(0, of.created - of.ended)
  const words = `${countText(of.complete)} complete, ${countText(of.error)} in error, ${countText(of.cancelled)} cancelled, ${countText(open)} open`
  return (
    <span class="bar-cell">
      <Bar
        label={words}
        parts={[
          { tone: 'good', count: of.complete, label: 'complete' },
          { tone: 'bad', count: of.error, label: 'in error' },
          { tone: 'wait', count: of.cancelled, label: 'cancelled' },
          { tone: 'busy', count: open, label: 'open' },
        ]}
      />
      <span class="bar-note" aria-hidden="true">
        {of.ended === 0 ? plural(open, 'open task') : `${percentText(of.complete, of.ended)} of those that ended`}
      </span>
    </span>
  )
}
