/** The part of the contract that is about what may be stored at all. */
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../src/log/hash.js'
import { appendTo, event, land, NOWHERE, newStream, one } from './appends.js'
import type { WithLog } from './contract.js'

export const textContract = (test: Test, withLog: WithLog): void => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ['an escaped NUL', '{"result":"a\\u0000b"}', 'text_has_no_nul'],
    ['a NUL as it is', '{"result":"a\0b"}', 'text_has_no_nul'],
    ['an escaped lone surrogate', JSON.stringify({ result: 'a\ud800b' }), 'text_has_no_lone_surrogate'],
    ['a lone low surrogate', '"\\uDC00\\uD800"', 'text_has_no_lone_surrogate'],
    ['a lone surrogate as it is', '{"result":"\ud800"}', 'text_has_no_lone_surrogate'],
  ]
  for (const [name, data, constraint] of cases) {
    test(
      `${name} in a result is refused and harms nobody else`,
      withLog(async ({ log }) => {
        const streams = [newStream(), newStream(), newStream()]
        const results = await Promise.all(
          streams.map((stream, index) =>
            one(log, appendTo(stream, NOWHERE, { events: [event(index === 1 ? data : '{}')] })),
          ),
        )
        assert.equal(
          results.map((result) => result.kind),
          ['landed', 'refused', 'landed'],
        )
        assert.is(results[1]?.kind === 'refused' && results[1].constraint, constraint)
        assert.equal(await log.readStream(streams[1] ?? '', 0), [])
      }),
    )
  }

  test(
    'a pair of surrogates and a backslash before u0000 are text like any other',
    withLog(async ({ log }) => {
      const stream = newStream()
      const texts = [
        '"\\ud83d\\ude00"',
        '"\\\\u0000"',
        '"\\\\ud800 \\u00e4"',
        JSON.stringify('😀 \\u0000'),
        '"\\u2028\\n"',
      ]
      await land(log, appendTo(stream, NOWHERE, { events: texts.map((text) => event(text)) }))
      assert.equal(
        (await log.readStream(stream, 0)).map((one) => one.data),
        texts,
      )
    }),
  )

  test(
    'a payload whose digest is of something else is refused',
    withLog(async ({ log }) => {
      const outcome = await one(
        log,
        appendTo(newStream(), NOWHERE, { payloads: [{ digest: digestOf('a'), text: 'b' }] }),
      )
      assert.is(outcome.kind === 'refused' && outcome.constraint, 'payloads_match_their_digest')
    }),
  )
}
