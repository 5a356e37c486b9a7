/**
 * A proposal as a picture: what a planner wants between its step and a convergence, with what was found against it, or
 * with what came of it. It reads the answer as it came, which may be of any shape, and draws what it can.
 */
import type { Finding } from '../../../core/finding.js'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import { type Card, plainCard, type Shape } from '../graph/card.js'
import type { CardMark } from '../graph/drawing.js'
import { type Picture, pictureOf } from '../graph/picture.js'

/** Of a larger proposal the first steps are drawn. */
export const MAX_PROPOSED_CARDS = 80

export interface ProposalPicture {
  readonly picture: Picture
  /** By the ids of cards. */
  readonly marks: ReadonlyMap<string, CardMark>
  /** Steps that are not drawn. */
  readonly more: number
}

export interface Proposal {
  readonly step: string
  readonly fragment: JsonObject
  readonly findings: ReadonlyArray<Finding>
  /** Full names of the steps that came of it; null where nothing was to come yet, or ever. */
  readonly materialised: ReadonlyArray<string> | null
}

interface ProposedStep {
  readonly id: string
  readonly index: number
  readonly name: string
  readonly handler: string
  readonly type: string
  readonly dependencies: ReadonlyArray<string>
}

export const proposalPicture = ({ step, fragment, findings, materialised }: Proposal): ProposalPicture => {
  const all = proposedSteps(fragment.steps)
  const drawn = all.slice(0, MAX_PROPOSED_CARDS)
  const byName = new Map(drawn.map((proposed) => [proposed.name, proposed.id]))
  const waitedFor = new Set(drawn.flatMap(({ dependencies }) => dependencies))
  const convergence = typeof fragment.convergence === 'string' ? fragment.convergence : null
  const edges = drawn.flatMap(({ id, dependencies }) => {
    const inside = dependencies.flatMap((name) => byName.get(name) ?? []).filter((from) => from !== id)
    return (inside.length === 0 ? [PLANNER] : inside).map((from) => ({ from, to: id }))
  })
  const ends = convergence === null ? [] : drawn.filter(({ name }) => !waitedFor.has(name))
  const made = madeOtherwise(step, all, materialised)
  const cards: ReadonlyArray<Card> = [
    plainCard({ id: PLANNER, shape: 'planning', step, phase: '', name: lastOf(step), detail: 'plan' }),
    ...drawn.map((proposed) => cardOf(proposed, step)),
    ...made.map((name) =>
      plainCard({
        id: `made:${name}`,
        shape: 'standard',
        step: name,
        phase: step,
        name: lastOf(name),
        detail: 'not proposed',
      }),
    ),
    ...(convergence === null
      ? []
      : [
          plainCard({
            id: CONVERGENCE,
            shape: 'deferred_convergence',
            step: convergence,
            phase: '',
            name: convergence,
            detail: 'convergence',
          }),
        ]),
  ]
  const ways = [
    ...edges,
    ...made.map((name) => ({ from: PLANNER, to: `made:${name}` })),
    ...ends.map(({ id }) => ({ from: id, to: CONVERGENCE })),
  ]
  const settlement = materialised === null ? ('open' as const) : ('satisfied' as const)
  return {
    picture: pictureOf(
      cards,
      ways.map((way) => ({ ...way, settlement, decides: false })),
    ),
    marks: new Map([...marksOf(step, drawn, findings, materialised), ...made.map(markOfMade)]),
    more: all.length - drawn.length,
  }
}

const PLANNER = 'planner:'
const CONVERGENCE = 'convergence:'

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** Two steps of one name stay two: that is what was found against them. */
const proposedSteps = (steps: Json | undefined): ReadonlyArray<ProposedStep> =>
  !Array.isArray(steps)
    ? []
    : steps.map((written: Json, index) => {
        const step = isJsonObject(written) ? written : {}
        const name = typeof step.name === 'string' ? step.name : `step ${index}`
        return {
          id: `${index}:${name}`,
          index,
          name,
          handler: typeof step.handler === 'string' ? step.handler.replace(/^catalog:/, '') : '',
          type: typeof step.step_type === 'string' ? step.step_type : '',
          dependencies: textsIn(step.dependencies),
        }
      })

const textsIn = (value: Json | undefined): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

const cardOf = ({ id, name, handler, type }: ProposedStep, phase: string): Card =>
  plainCard({ id, shape: shapeOf(handler, type), step: `${phase}/${name}`, phase, name, detail: handler })

const SHAPES: Readonly<Record<string, Shape>> = {
  gate: 'gate',
  plan: 'planning',
  planning: 'planning',
  decide: 'decision',
  decision: 'decision',
  deferred_convergence: 'deferred_convergence',
}

const shapeOf = (handler: string, type: string): Shape => SHAPES[type] ?? SHAPES[handler] ?? 'standard'

const madeOtherwise = (
  step: string,
  all: ReadonlyArray<ProposedStep>,
  materialised: ReadonlyArray<string> | null,
): ReadonlyArray<string> => {
  const proposed = new Set(all.map(({ name }) => `${step}/${name}`))
  return (materialised ?? []).filter((name) => !proposed.has(name)).slice(0, MAX_PROPOSED_CARDS)
}

const markOfMade = (name: string): readonly [string, CardMark] => [
  `made:${name}`,
  { kind: 'added', says: 'materialised, and not proposed' },
]

const marksOf = (
  step: string,
  drawn: ReadonlyArray<ProposedStep>,
  findings: ReadonlyArray<Finding>,
  materialised: ReadonlyArray<string> | null,
): ReadonlyMap<string, CardMark> => {
  const marks = new Map<string, CardMark>()
  const made = materialised === null || materialised.length === 0 ? undefined : new Set(materialised)
  for (const { id, index, name } of drawn) {
    const against = findings.filter(({ path }) => path === `steps.${index}` || path.startsWith(`steps.${index}.`))
    if (against.length > 0) marks.set(id, { kind: 'bad', says: against.map(({ code }) => code).join(', ') })
    else if (made?.has(`${step}/${name}`) === true) marks.set(id, { kind: 'made', says: 'materialised' })
    else if (made !== undefined) marks.set(id, { kind: 'removed', says: 'proposed, and not materialised' })
  }
  const ofConvergence = findings.filter(({ path }) => path === 'convergence' || path.startsWith('convergence.'))
  if (ofConvergence.length > 0) {
    marks.set(CONVERGENCE, { kind: 'bad', says: ofConvergence.map(({ code }) => code).join(', ') })
  }
  return marks
}
