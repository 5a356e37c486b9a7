/** Where people are asked for more than an answer: the bounds that stood in the way, and the others behind a line. */
import type { Child, FC } from 'hono/jsx'
import { ALLOW_LISTS, type AllowList, NUMERIC_BOUNDS, type NumericBound } from '../../core/allowance.js'
import type { Bounds } from '../../core/bounds.js'
import type { BoundsAsked, ListAsked, NumberAsked, StatedLimit } from '../../core/bounds-asked.js'
import { type Form, fieldOf } from '../board.js'
import { numberIn } from '../form-values.js'
import { Field } from '../page/form.js'
import { countText, moneyText } from '../page/wording.js'

export const MoreBounds: FC<{ readonly asked: BoundsAsked; readonly required: number }> = ({ asked, required }) => {
  const [numbers, otherNumbers] = parted(asked.numbers, ({ ranOut }) => ranOut)
  const [lists, otherLists] = parted(asked.lists, ({ missing }) => missing.length > 0)
  const others = [...otherNumbers.map(numberField), ...otherLists.map(listField)]
  return (
    <fieldset class="form" id="more-bounds">
      <legend class="small soft">
        What is allowed from now on; empty leaves it as it is
        {required > 1 ? ', and the vote that decides counts' : ''}
      </legend>
      {numbers.map(numberField)}
      {lists.map(listField)}
      {others.length === 0 ? null : (
        <details>
          <summary>{numbers.length + lists.length === 0 ? 'Allow it more' : 'Other bounds'}</summary>
          <div class="form">{others}</div>
        </details>
      )}
    </fieldset>
  )
}

const parted = <A,>(all: ReadonlyArray<A>, isFirst: (one: A) => boolean) =>
  [all.filter(isFirst), all.filter((one) => !isFirst(one))] as const

const LABELS: Readonly<Record<NumericBound | AllowList, string>> = {
  max_steps: 'Steps',
  max_depth: 'Steps one after another',
  max_fan_out: 'Fan-out of a step',
  max_phases: 'Planning steps',
  max_planner_calls: 'Planner calls',
  max_tokens: 'Tokens',
  max_cost_usd: 'Cost in USD',
  max_wall_clock_seconds: 'Seconds of the clock',
  allowed_handlers: 'Handlers besides',
  allowed_hosts: 'Hosts besides',
  allowed_secrets: 'Secrets besides',
}

const numberField = ({ bound, limits, needs }: NumberAsked): Child => (
  <Field
    label={LABELS[bound]}
    hint={`${limits.map((one) => limitText(bound, one)).join('; ')}${needText(bound, needs)}`}
  >
    <input
      type="number"
      name={bound}
      min={Math.min(...limits.map(({ limit }) => limit))}
      step={bound === 'max_cost_usd' ? 'any' : '1'}
      {...(needs === undefined ? {} : { placeholder: String(rounded(bound, needs)) })}
    />
  </Field>
)

const limitText = (bound: NumericBound, { phase, limit, left }: StatedLimit): string => {
  const who = phase === null ? 'the task' : phase
  return `${who} may use ${numberText(bound, limit)}${left < limit ? `, ${numberText(bound, left)} left` : ''}`
}

const needText = (bound: NumericBound, needs: number | undefined): string =>
  needs === undefined ? '' : `; what was refused takes ${numberText(bound, rounded(bound, needs))}`

const numberText = (bound: NumericBound, value: number): string =>
  bound === 'max_cost_usd' ? moneyText(value) : countText(value)

/** Money up to the next hundredth of a cent: what is offered has to be enough. */
const rounded = (bound: NumericBound, value: number): number =>
  bound === 'max_cost_usd' ? Math.ceil(value * 10_000) / 10_000 : value

const listField = ({ bound, missing }: ListAsked): Child => (
  <Field
    label={LABELS[bound]}
    hint={
      missing.length === 0 ? 'By commas.' : `By commas. Refused because they do not stand there: ${missing.join(', ')}`
    }
  >
    <input type="text" name={bound} autocomplete="off" spellcheck={false} />
  </Field>
)

/** Undefined where nothing was filled in. Throws an `HttpProblem` (`invalid_number`). */
export const boundsIn = (form: Form): Bounds | undefined => {
  const bounds: { -readonly [K in NumericBound | AllowList]?: Bounds[K] } = {}
  for (const bound of NUMERIC_BOUNDS) {
    const number = numberIn(fieldOf(form, bound), bound)
    if (number !== undefined) bounds[bound] = number
  }
  for (const bound of ALLOW_LISTS) {
    const entries = fieldOf(form, bound)
      .split(/[\s,]+/)
      .filter((entry) => entry !== '')
    if (entries.length > 0) bounds[bound] = entries
  }
  return Object.keys(bounds).length === 0 ? undefined : bounds
}
