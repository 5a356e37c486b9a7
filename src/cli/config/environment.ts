/** What flags and environment variables set, in the file's own names and types, each with its place. */
import type { Json, JsonObject } from '../../core/json.js'
import { distanceOf } from '../did-you-mean.js'
import type { Detail, Place } from '../user-error.js'
import { CONFIG_KEYS, type KeyDefinition } from './keys.js'

export interface WrittenOutside {
  readonly value: JsonObject
  readonly places: Readonly<Record<string, Place>>
}

/** An empty variable counts as absent, as everywhere. */
export const writtenOutside = (
  flags: Readonly<Record<string, ReadonlyArray<string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): WrittenOutside => {
  const value: Record<string, Json> = {}
  const places: Record<string, Place> = {}
  for (const key of Object.values(CONFIG_KEYS)) {
    const flag = flags[key.flag.slice(2)]
    const variable = environment[key.variable]
    if (flag !== undefined && flag.length > 0) {
      value[key.name] = typed(key, flag)
      places[key.name] = { source: key.flag }
    } else if (variable !== undefined && variable !== '') {
      value[key.name] = typed(key, key.name === 'handlers' ? variable.split(',') : [variable])
      places[key.name] = { source: key.variable }
    }
  }
  return { value, places }
}

/** Read from the environment alone: a key belongs in no file and on no command line. */
export const API_KEY = 'TASKER_API_KEY'

const typed = (key: KeyDefinition, given: ReadonlyArray<string>): Json => {
  if (key.name === 'handlers') return given.map((one) => one.trim())
  const [first = ''] = given
  return (key.name === 'port' || key.name === 'metrics_port') && /^\d+$/.test(first) ? Number(first) : first
}

const OURS = [...Object.values(CONFIG_KEYS).map((key) => key.variable), API_KEY]

/**
 * Variables that are a slip away from one of ours: refused. Others that begin with TASKER_ may be anybody's (a cluster
 * sets such for a service of that name), and are left alone.
 */
export const mistypedVariables = (environment: Readonly<Record<string, string | undefined>>): ReadonlyArray<Detail> =>
  Object.keys(environment).flatMap((name) => {
    if (!name.startsWith('TASKER_') || OURS.includes(name) || environment[name] === '') return []
    const meant = OURS.find((known) => distanceOf(known, name) <= 2)
    return meant === undefined ? [] : [{ message: `unknown; did you mean ${meant}?`, place: { source: name } }]
  })
