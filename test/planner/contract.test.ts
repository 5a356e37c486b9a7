import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import { KEY, said, withServer } from './asking-claude.js'
import { plannerContract } from './contract.js'

plannerContract('anthropic', (texts, use) =>
  withServer(
    texts.map((text) => said(text)),
    (server) => use(anthropicPlanner({ apiKey: KEY, baseURL: server.url })),
  ),
)

plannerContract('recorded', (texts, use) => {
  const answers = texts.map((answer) => ({ step: 'plan', answer }))
  const parsed = parseRecorded(JSON.stringify({ recorded_version: '1.0', answers }))
  if (E.isLeft(parsed)) throw new Error(parsed.left.message)
  return use(recordedPlanner(parsed.right))
})

test.run()
