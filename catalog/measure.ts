/**
 * What many values come to: one number, one object or one list. Null is no value and is left out; anything else that an
 * operation cannot take fails the step, because a wrong sum is worse than none.
 */
import { isJsonObject, type Json } from '../src/core/json.js'
import { StepFailure } from '../src/ports/handler.js'

export const OPERATIONS = ['collect', 'merge', 'count', 'sum', 'avg', 'min', 'max'] as const

export type Operation = (typeof OPERATIONS)[number]

/** An element's value, and its weight where one is asked for. */
export interface Weighed {
  readonly value: Json
  readonly weight: Json | undefined
}

export const measure = (operation: Operation, elements: ReadonlyArray<Weighed>): Json => {
  const present = elements.filter(({ value, weight }) => value !== null && weight !== null)
  const values = present.map(({ value }) => value)
  switch (operation) {
    case 'collect':
      return elements.map(({ value }) => value)
    case 'count':
      return present.length
    case 'merge':
      return Object.assign({}, ...values.map(objectIn))
    case 'sum':
      return sumOf(values.map((value) => numberIn(value, operation)))
    case 'avg':
      return average(present)
    case 'min':
      return extreme(values, operation, (left, right) => left < right)
    case 'max':
      return extreme(values, operation, (left, right) => left > right)
  }
}

/** With weights, the sum of value times weight by the sum of weights; null where there is nothing to divide by. */
const average = (elements: ReadonlyArray<Weighed>): Json => {
  const values = elements.map(({ value }) => numberIn(value, 'avg'))
  const weights = elements.map(({ weight }) => (weight === undefined ? 1 : weightIn(weight)))
  const whole = sumOf(weights)
  return whole === 0 ? null : sumOf(values.map((value, index) => value * (weights[index] ?? 0))) / whole
}

/** Numbers of very different size add up without losing the small ones (Neumaier). */
const sumOf = (numbers: ReadonlyArray<number>): number => {
  let sum = 0
  let lost = 0
  for (const number of numbers) {
    const next = sum + number
    lost += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum
    sum = next
  }
  return sum + lost
}

const extreme = (
  values: ReadonlyArray<Json>,
  operation: Operation,
  beats: (left: number | string, right: number | string) => boolean,
): Json => {
  let best: number | string | undefined
  for (const value of values) {
    if (typeof value !== 'number' && typeof value !== 'string') throw unfit(operation, 'numbers or texts', value)
    if (best !== undefined && typeof best !== typeof value) throw unfit(operation, `only ${typeof best}s`, value)
    if (best === undefined || beats(value, best)) best = value
  }
  return best ?? null
}

const numberIn = (value: Json, operation: Operation): number => {
  if (typeof value === 'number') return value
  throw unfit(operation, 'numbers', value)
}

const weightIn = (weight: Json): number => {
  if (typeof weight === 'number' && weight >= 0) return weight
  throw unfit('avg', 'weights that are numbers from 0', weight)
}

const objectIn = (value: Json) => {
  if (isJsonObject(value)) return value
  throw unfit('merge', 'objects', value)
}

const unfit = (operation: Operation, takes: string, value: Json): StepFailure =>
  new StepFailure(
    'unfit_value',
    `${operation} takes ${takes}, and one value is ${JSON.stringify(value).slice(0, 100)}`,
    {
      retryable: false,
    },
  )
