/** One handler: how each of its versions did, and its reference, made of the definition that planners are shown. */
import type { FC } from 'hono/jsx'
import type { Capability } from '../../core/capability.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { HandlerUsage } from '../../ports/summaries.js'
import { Durations, withinText } from '../page/durations.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { EmptyState, Facts, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { countText, durationText } from '../page/wording.js'

export const HandlerPage: FC<{
  readonly frame: Frame
  readonly callable: string
  /** Undefined where this process does not know it. */
  readonly capability: Capability | undefined
  readonly usage: ReadonlyArray<HandlerUsage>
}> = ({ frame, callable, capability, usage }) => (
  <Page
    frame={frame}
    title={callable}
    section="catalog"
    trail={[['Catalog', '/ui/catalog']]}
    lead={capability?.summary ?? 'This process does not know it; its use is on record.'}
    live="all"
  >
    <Panel title="Use, by version" flush id="usage" live>
      {usage.length === 0 ? (
        <EmptyState icon="catalog" title="Nobody has called it yet">
          Its attempts are counted here, with how long they took and how they ended.
        </EmptyState>
      ) : (
        <Usage usage={usage} />
      )}
    </Panel>
    {capability === undefined ? null : <Reference of={capability} />}
  </Page>
)

const Usage: FC<{ readonly usage: ReadonlyArray<HandlerUsage> }> = ({ usage }) => (
  <Table
    label="Use by version"
    columns={[
      { label: 'Version', kind: 'main' },
      { label: 'Attempts', kind: 'number' },
      { label: 'Completed', kind: 'number' },
      { label: 'Retried', kind: 'number' },
      { label: 'Failed', kind: 'number' },
      { label: 'Lost', kind: 'number' },
      { label: 'In the queue', kind: 'number' },
      { label: '95% took', kind: 'number' },
      { label: 'How long it took' },
    ]}
    rows={usage.map((one) => ({
      id: `version-${one.handlerVersion}`,
      cells: [
        one.handlerVersion === '' ? 'did not say' : one.handlerVersion,
        countText(one.attempts),
        countText(one.completed),
        countText(one.retried),
        countText(one.failed),
        countText(one.lost),
        one.attempts === 0 ? '–' : durationText(one.queuedMs / one.attempts),
        withinText(one.durations, 0.95),
        <Durations of={one.durations} />,
      ],
    }))}
  />
)

const Reference: FC<{ readonly of: Capability }> = ({ of }) => {
  const { network, latency, idempotent, cost } = of.hints
  return (
    <>
      <Panel title="What planners are told">
        <Facts
          of={[
            ['Version', of.version],
            ['In steps of type', of.stepTypes.join(', ')],
            ['Latency', latency],
            ['Cost', cost],
            ['Network', network ? 'it uses the network' : 'it uses none'],
            ['Again', idempotent ? 'it may be repeated' : 'it is felt again when it is repeated'],
          ]}
        />
      </Panel>
      <Schema title="Configuration" schema={of.configSchema} />
      <Schema title="Inputs" schema={of.inputs} />
      <Schema title="Result" schema={of.output} />
      {of.errors.length === 0 ? null : (
        <Panel title="Errors" flush>
          <Table
            label="Errors"
            columns={[{ label: 'Code', kind: 'main' }, { label: 'When' }, { label: 'Then', kind: 'narrow' }]}
            rows={of.errors.map(({ code, when, retryable }) => ({
              id: `error-${code}`,
              cells: [<code>{code}</code>, when, retryable ? 'tried again' : 'final'],
            }))}
          />
        </Panel>
      )}
    </>
  )
}

const Schema: FC<{ readonly title: string; readonly schema: JsonObject }> = ({ title, schema }) => {
  const required = Array.isArray(schema.required) ? schema.required : []
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  if (properties.length === 0) return null
  return (
    <Panel title={title} flush>
      <Table
        label={title}
        columns={[{ label: 'Key', kind: 'main' }, { label: 'Is', kind: 'narrow' }, { label: 'Meaning' }]}
        rows={properties.map(([name, property]) => ({
          id: `${title.toLowerCase()}-${name}`,
          cells: [
            <>
              <code>{name}</code>
              {required.includes(name) ? <span class="sub">required</span> : null}
            </>,
            kindOf(property),
            isJsonObject(property) && typeof property.description === 'string' ? property.description : '',
          ],
        }))}
      />
    </Panel>
  )
}

const kindOf = (schema: Json): string => {
  if (!isJsonObject(schema)) return 'anything'
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(', ')
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(kindOf).join(' or ')
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'anything'
}
