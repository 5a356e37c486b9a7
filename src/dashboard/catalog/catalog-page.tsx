/** All handlers: what each does, how often it was called, how long it takes, and how it fails. */
import type { FC } from 'hono/jsx'
import type { Capability } from '../../core/capability.js'
import type { HandlerUsage } from '../../ports/summaries.js'
import { Durations, withinText } from '../page/durations.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { EmptyState, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { countText, durationText, percentText } from '../page/wording.js'

export const handlerPath = (callable: string): string => `/ui/catalog/${encodeURIComponent(callable)}`

export const CatalogPage: FC<{
  readonly frame: Frame
  readonly usage: ReadonlyArray<HandlerUsage>
  readonly capabilities: ReadonlyArray<Capability>
}> = ({ frame, usage, capabilities }) => {
  const known = capabilities.map(({ callable }) => callable)
  const unknown = [...new Set(usage.map(({ handler }) => handler))].filter((handler) => !known.includes(handler))
  const isOwn = (callable: string): boolean => !callable.startsWith('catalog:')
  return (
    <Page
      frame={frame}
      title="Catalog"
      section="catalog"
      live="all"
      lead="The vocabulary of plans: handlers that steps are made of, with what each was used for."
    >
      <Handlers title="Catalog" {...{ usage, capabilities }} of={known.filter((callable) => !isOwn(callable))} />
      <Handlers title="Your own" {...{ usage, capabilities }} of={[...known.filter(isOwn), ...unknown]} />
    </Page>
  )
}

const Handlers: FC<{
  readonly title: string
  readonly of: ReadonlyArray<string>
  readonly usage: ReadonlyArray<HandlerUsage>
  readonly capabilities: ReadonlyArray<Capability>
}> = ({ title, of, usage, capabilities }) => (
  <Panel title={title} flush id={`handlers-${title.toLowerCase().replace(' ', '-')}`} live>
    {of.length === 0 ? (
      <EmptyState icon="catalog" title="No handlers of your own">
        Define one with <code>defineHandler</code>, and give it to a worker.
      </EmptyState>
    ) : (
      <Table
        label={title}
        columns={[
          { label: 'Handler', kind: 'main' },
          { label: 'Attempts', kind: 'number' },
          { label: 'Failed', kind: 'number' },
          { label: 'On average', kind: 'number' },
          { label: '95%', kind: 'number' },
          { label: 'How long it took' },
        ]}
        rows={[...of].sort().map((callable) => {
          const sums = summed(usage.filter(({ handler }) => handler === callable))
          const capability = capabilities.find((one) => one.callable === callable)
          return {
            id: `handler-${callable}`,
            cells: [
              <>
                <a href={handlerPath(callable)}>{callable.replace(/^catalog:/, '')}</a>
                <span class="sub clamped">{capability?.summary ?? 'This process does not know it.'}</span>
              </>,
              countText(sums.attempts),
              sums.attempts === 0 ? '–' : `${countText(sums.bad)} · ${percentText(sums.bad, sums.attempts)}`,
              sums.ended === 0 ? '–' : durationText(sums.latencyMs / sums.ended),
              withinText(sums.durations, 0.95),
              <Durations of={sums.durations} />,
            ],
          }
        })}
      />
    )}
  </Panel>
)

/** All versions of a handler together. */
export const summed = (usage: ReadonlyArray<HandlerUsage>) => {
  const sum = (count: (one: HandlerUsage) => number): number => usage.reduce((all, one) => all + count(one), 0)
  const durations = (usage[0]?.durations ?? []).map(({ upToMs }, at) => ({
    upToMs,
    count: sum((one) => one.durations[at]?.count ?? 0),
  }))
  return {
    attempts: sum(({ attempts }) => attempts),
    bad: sum(({ retried, failed, lost }) => retried + failed + lost),
    ended: durations.reduce((all, { count }) => all + count, 0),
    latencyMs: sum(({ latencyMs }) => latencyMs),
    queuedMs: sum(({ queuedMs }) => queuedMs),
    durations,
  }
}
