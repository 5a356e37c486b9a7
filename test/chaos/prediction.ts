/** What the model of the graph says of a story before anything of it has run: how the task and each step will end. */
import { type Happened, type ModelStep, picture } from '../core/graph-model/model.js'
import type { Dice } from '../support/dice.js'
import type { Fate } from './story.js'

export interface End {
  readonly status: 'complete' | 'blocked'
  readonly settlements: ReadonlyMap<string, string>
}

const ORDERS = 3

/** Undefined where it is not the same in every order that was tried. */
export const predict = (
  steps: ReadonlyArray<ModelStep>,
  fates: Readonly<Record<string, Fate>>,
  dice: Dice,
): End | undefined => {
  const first = endOf(steps, fates, (ready) => ready[0])
  const last = endOf(steps, fates, (ready) => ready.at(-1))
  const others = Array.from({ length: ORDERS }, () => endOf(steps, fates, (ready) => ready[dice.upTo(ready.length)]))
  return [last, ...others].every((end) => shown(end) === shown(first)) ? first : undefined
}

const endOf = (
  steps: ReadonlyArray<ModelStep>,
  fates: Readonly<Record<string, Fate>>,
  choose: (ready: ReadonlyArray<string>) => string | undefined,
): End => {
  const history: Happened[] = []
  for (;;) {
    const { ready, status, settlements } = picture(steps, history)
    const next = choose(ready)
    if (next === undefined && status !== 'open') return { status, settlements }
    if (next === undefined) throw new Error('by the model nothing can run, and the task is open')
    history.push(happened(next, fates[next]))
  }
}

const happened = (step: string, fate: Fate | undefined): Happened => {
  if (fate === undefined) throw new Error(`nobody has said what becomes of ${step}`)
  if (fate.end !== 'completes') return { step, came: 'failed' }
  return fate.create === undefined ? { step, came: 'completed' } : { step, came: 'decided', create: fate.create }
}

const shown = ({ status, settlements }: End): string => JSON.stringify([status, [...settlements]])
