import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { definePlanner } from '../../src/planner/define-planner.js'
import { openAiPlanner } from '../../src/planner/openai.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import { KEY, said, withServer } from './asking-claude.js'
import { completion, OPENAI_KEY, withChatServer } from './asking-openai.js'
import { plannerContract } from './contract.js'

plannerContract('anthropic', (texts, use) =>
  withServer(
    texts.map((text) => said(text)),
    (server) => use(anthropicPlanner({ apiKey: KEY, baseURL: server.url })),
  ),
)

for (const streaming of ['with_usage', 'not'] as const) {
  plannerContract(`openai, ${streaming === 'not' ? 'whole' : 'streamed'}`, (texts, use) =>
    withChatServer(
      texts.map((text) => completion(text)),
      (server) => use(openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url })),
      { streaming },
    ),
  )
}

plannerContract('recorded', (texts, use) => {
  const answers = texts.map((answer) => ({ step: 'plan', answer }))
  const parsed = parseRecorded(JSON.stringify({ recorded_version: '1.0', answers }))
  if (E.isLeft(parsed)) throw new Error(parsed.left.message)
  return use(recordedPlanner(parsed.right))
})

plannerContract('rules', (texts, use) => {
  const waiting = [...texts]
  return use(definePlanner({ name: 'by-the-book', plan: () => waiting.shift() }))
})

test.run()
