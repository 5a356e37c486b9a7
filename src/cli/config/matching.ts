/** A type whose name reads on after "must be", and whose values have to hold something. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export const matching = <A>(
  codec: t.Type<A, A, unknown>,
  name: string,
  holds: (value: A) => boolean,
): t.Type<A, A, unknown> =>
  new t.Type(
    name,
    (value): value is A => codec.is(value) && holds(value),
    (value, context) => {
      const decoded = codec.decode(value)
      return E.isRight(decoded) && holds(decoded.right) ? decoded : t.failure(value, context)
    },
    t.identity,
  )
