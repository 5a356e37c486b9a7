/** What a form's fields say: JSON and numbers, or a refusal in words. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { HttpProblem } from '../http/problem.js'

/** Throws an `HttpProblem` (`invalid_json`). */
export const jsonIn = (text: string, what: string): Json => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(`${what} is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Throws an `HttpProblem` (`invalid_json`). */
export const jsonObjectIn = (text: string, what: string): JsonObject => {
  const json = jsonIn(text, what)
  if (!isJsonObject(json)) throw invalid(`${what} has to be a JSON object`)
  return json
}

const invalid = (detail: string): HttpProblem => new HttpProblem({ status: 422, code: 'invalid_json', detail })

/** Undefined where nothing was written. Throws an `HttpProblem` (`invalid_number`). */
export const numberIn = (text: string, what: string): number | undefined => {
  if (text === '') return undefined
  const number = Number(text)
  if (Number.isFinite(number)) return number
  throw new HttpProblem({ status: 422, code: 'invalid_number', detail: `${what} is a number, and "${text}" is none` })
}
