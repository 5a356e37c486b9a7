/**
 * Joins two lists by key: each element of the left one gets what matches it on the right. One look-up an element, so that
 * a join of large lists is not quadratic, as it would be inside an expression.
 */
import type * as t from 'io-ts'
import { canonicalJson } from '../src/core/canonical-json.js'
import { closed } from '../src/core/closed.js'
import { described, oneOf, text } from '../src/core/described.js'
import { isJsonObject, type Json } from '../src/core/json.js'
import { MAX_NAME_CHARS } from '../src/core/limits.js'
import type { Expressions } from '../src/ports/expressions.js'
import { data, expression } from './fields.js'
import { orFail } from './working-data.js'

export const joinCodec = described(
  closed(
    {
      left_key: expression('Over an element of the input list.'),
      right_key: expression('Over an element of with.'),
      as: text({ maxChars: MAX_NAME_CHARS, description: 'The key under which the match is put into the element.' }),
    },
    {
      with: data('The list that is matched; or the input named with.'),
      unmatched: oneOf(
        ['keep', 'drop', 'only'],
        'keep (where absent): elements without a match stay, with null; drop: they are left out; only: they alone stay.',
      ),
    },
  ),
  'Each element of the input list, with the first element of with whose key is the same.',
)

export type Join = t.TypeOf<typeof joinCodec>

export const joined = async (
  join: Join,
  left: ReadonlyArray<Json>,
  right: ReadonlyArray<Json>,
  expressions: Expressions,
): Promise<ReadonlyArray<Json>> => {
  const leftKeys = orFail(await expressions.evaluateEach(join.left_key, left))
  const rightKeys = orFail(await expressions.evaluateEach(join.right_key, right))
  const matches = new Map<string, Json>()
  for (const [index, key] of rightKeys.entries()) {
    const known = canonicalJson(key)
    // What has no key matches nothing, not everything else that has none.
    if (key !== null && !matches.has(known)) matches.set(known, right[index] ?? null)
  }
  return left.flatMap((element, index): ReadonlyArray<Json> => {
    const match = matches.get(canonicalJson(leftKeys[index] ?? null))
    if (match === undefined && join.unmatched === 'drop') return []
    if (match !== undefined && join.unmatched === 'only') return []
    const whole = isJsonObject(element) ? element : { value: element }
    return [{ ...whole, [join.as]: match ?? null }]
  })
}
