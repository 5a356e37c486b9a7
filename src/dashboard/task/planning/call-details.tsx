/** All that a call was: what it was shown and told, what it might use, and the answer as it came. */
import type { FC } from 'hono/jsx'
import type { Bounds, Usage } from '../../../core/bounds.js'
import { isJsonObject, type Json } from '../../../core/json.js'
import { Facts } from '../../page/parts.js'
import { Table } from '../../page/table.js'
import { Value } from '../../page/value.js'
import { bytesText, countText, moneyText } from '../../page/wording.js'
import type { TaskView } from '../address.js'
import type { PlannedCall } from './planning-view.js'

export const CallDetails: FC<{ readonly view: TaskView; readonly call: PlannedCall }> = ({ call }) => (
  <>
    {call.thinking === null || call.thinking === '' ? null : (
      <Text name="What the model thought" text={call.thinking} />
    )}
    <BoundsTable call={call} />
    {call.context.length === 0 ? null : <Context call={call} />}
    {promptParts(call.prompt).map(([name, value]) => (
      <Text name={name} text={value} />
    ))}
    {call.answer === null ? null : <Text name="The raw answer" text={call.answer} />}
    <Facts
      of={[
        ['Capability schema', <code>{call.vocabulary}</code>],
        ['Context', <code>{call.contextDigest}</code>],
        call.stopReason === null ? null : ['Stopped because', call.stopReason],
        call.stopDetails === null ? null : ['The provider says', <Value of={call.stopDetails} />],
      ]}
    />
  </>
)

const Text: FC<{ readonly name: string; readonly text: Json }> = ({ name, text }) => (
  <details>
    <summary>{name}</summary>
    <Value of={text} />
  </details>
)

const PARTS: ReadonlyArray<readonly [key: string, name: string]> = [
  ['prompt', 'The prompt, with the data that it was shown'],
  ['system', 'The system part, with the capability schema'],
  ['revisions', 'Answers that were rejected, and what was found against them, as it was told'],
  ['schema', 'The schema of answers'],
]

/** As it was sent; what is of no known part is shown whole. */
const promptParts = (prompt: Json): ReadonlyArray<readonly [string, Json]> => {
  if (prompt === null) return []
  if (!isJsonObject(prompt)) return [['The prompt', prompt]]
  return PARTS.flatMap(([key, name]) => {
    const part = prompt[key]
    return part === undefined || (Array.isArray(part) && part.length === 0) ? [] : [[name, part] as const]
  })
}

const Context: FC<{ readonly call: PlannedCall }> = ({ call }) => (
  <details>
    <summary>{`Data that it was shown: ${call.context.length} parts`}</summary>
    <Table
      label="Data that the planner was shown"
      columns={[
        { label: 'Name', kind: 'main' },
        { label: 'Form' },
        { label: 'Size', kind: 'number' },
        { label: 'Digest' },
      ]}
      rows={call.context.map(({ name, form, bytes, digest }, index) => ({
        id: `shown-${call.asked}-${index}`,
        cells: [name, form, bytesText(bytes), <code>{`${digest.slice(0, 19)}…`}</code>],
      }))}
    />
  </details>
)

type Counted = readonly [name: string, left: keyof Bounds, used: keyof Usage, say: (value: number) => string]

const COUNTED: ReadonlyArray<Counted> = [
  ['Steps', 'max_steps', 'steps', countText],
  ['Phases', 'max_phases', 'phases', countText],
  ['Planner calls', 'max_planner_calls', 'plannerCalls', countText],
  ['Tokens', 'max_tokens', 'tokens', countText],
  ['Cost', 'max_cost_usd', 'costUsd', moneyText],
]

const BoundsTable: FC<{ readonly call: PlannedCall }> = ({ call: { boundsLeft, reserves, spent, asked } }) => (
  <details>
    <summary>Bounds: what was left, reserved and spent</summary>
    <Table
      label="Bounds of this call"
      columns={[
        { label: 'Bound', kind: 'main' },
        { label: 'Left', kind: 'number' },
        { label: 'Reserved', kind: 'number' },
        { label: 'Spent', kind: 'number' },
      ]}
      rows={COUNTED.map(([name, left, used, say]) => {
        const bound = boundsLeft[left]
        return {
          id: `bound-${asked}-${left}`,
          cells: [
            name,
            typeof bound === 'number' ? say(bound) : 'no limit',
            reserves === null ? '' : say(reserves[used]),
            spent === null ? '' : say(spent[used]),
          ],
        }
      })}
    />
    <Named name="Handlers" of={boundsLeft.allowed_handlers} />
    <Named name="Hosts" of={boundsLeft.allowed_hosts} />
    <Named name="Secrets" of={boundsLeft.allowed_secrets} />
  </details>
)

const Named: FC<{ readonly name: string; readonly of: ReadonlyArray<string> | undefined }> = ({ name, of }) =>
  of === undefined ? null : (
    <p class="small soft">{`${name} that are allowed: ${of.length === 0 ? 'none' : of.join(', ')}`}</p>
  )
