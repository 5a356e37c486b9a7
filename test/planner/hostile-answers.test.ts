/**
 * Answers that are no fragment, over the wire and through a whole task: each is recorded as it came, found out, and ends
 * the step; nothing is materialised, and no worker, log or prompt chokes on it.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { openAiPlanner } from '../../src/planner/openai.js'
import type { Planner } from '../../src/ports/planner.js'
import { type ChatReply, startChatServer } from '../support/chat-server.js'
import { type Reply, startMessagesServer } from '../support/messages-server.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { KEY } from './asking-claude.js'

const test = suite('answers that are no fragment')

const good = JSON.stringify(fragmentOf([{ name: 'a' }]))

const TEXTS: Readonly<Record<string, string>> = {
  prose: `Certainly! Here is the plan: ${good}`,
  'a code fence': `\`\`\`json\n${good}\n\`\`\``,
  'two plans': `${good}\n${good}`,
  'cut off': good.slice(0, -20),
  'a list of plans': `[${good}]`,
  'no object': '"plan"',
  nothing: '',
  'a thought before it': `<think>hm</think>${good}`,
  'five megabytes': `{"steps": "${'x'.repeat(5 * 1024 * 1024)}"}`,
  'nested without end': `{"steps": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  'another prototype': good.replace('"steps"', '"__proto__": {"admin": true}, "steps"'),
  'a key twice': good.replace('"steps"', '"steps": [], "steps"'),
  'a NUL': good.replace('because', 'be\\u0000cause'),
  'half a surrogate pair': good.replace('because', 'be\\ud83dcause'),
}

/** What a task with this planner comes to where its first proposal is the last. */
const outcomeOf = async (planner: Planner) => {
  const { tasker, events } = await plannedTasker(() => '', { planner, plannerModel: 'some-model' })
  try {
    const task = await tasker.tasks.create(await tasker.template(plannedFrame({ max_revisions: 0 })), {})
    const result = await task.result()
    const recorded = await events(task.id)
    const verdicts = recorded.flatMap((event) =>
      event.type === 'fragment-validated' ? event.data.findings.map(({ code }) => code) : [],
    )
    return { status: result.status, steps: Object.keys(result.steps), codes: [...new Set(verdicts)] }
  } finally {
    await tasker.close()
  }
}

const FOUND_OUT = { status: 'blocked_by_failures', steps: ['plan'], codes: ['schema'] }

const byClaude = async (reply: Reply) => {
  const server = await startMessagesServer([reply])
  try {
    return await outcomeOf(anthropicPlanner({ apiKey: KEY, baseURL: server.url }))
  } finally {
    await server.close()
  }
}

const byEndpoint = async (reply: ChatReply) => {
  const server = await startChatServer([reply], { key: false })
  try {
    return await outcomeOf(openAiPlanner({ baseURL: server.url }))
  } finally {
    await server.close()
  }
}

for (const [name, text] of Object.entries(TEXTS)) {
  test(`${name}: from Claude`, async () => {
    assert.equal(await byClaude({ kind: 'message', content: [{ type: 'text', text }] }), FOUND_OUT)
  })
  test(`${name}: from an endpoint`, async () => {
    assert.equal(await byEndpoint({ kind: 'completion', content: text }), FOUND_OUT)
  })
}

test('a tool that nobody offered, two of them, and a refusal', async () => {
  const call = { type: 'tool_use', name: 'create_workflow', input: { admin: true } } as const
  for (const content of [[call], [call, call], []]) {
    const stopReason = content.length === 0 ? 'refusal' : 'tool_use'
    assert.equal(await byClaude({ kind: 'message', content, stopReason }), FOUND_OUT)
  }
  const toolCall = { name: 'create_workflow', arguments: good }
  assert.equal(await byEndpoint({ kind: 'completion', content: null, toolCall, finishReason: 'tool_calls' }), FOUND_OUT)
  assert.equal(await byEndpoint({ kind: 'completion', content: null, refusal: 'I will not.' }), FOUND_OUT)
})

const NO_UTF8 = Buffer.from([0xc3, 0x28, 0xff])

const withBadBytes = (body: string): Buffer => {
  const bytes = Buffer.from(body)
  const at = bytes.indexOf('because')
  return Buffer.concat([bytes.subarray(0, at), NO_UTF8, bytes.subarray(at)])
}

test('bytes that are no UTF-8', async () => {
  const chunk = { choices: [{ index: 0, delta: { content: good }, finish_reason: 'stop' }] }
  const streamed = withBadBytes(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`)
  assert.equal(await byEndpoint({ kind: 'bytes', type: 'text/event-stream', body: streamed }), FOUND_OUT)
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null }
  const events = [
    { type: 'message_start', message: { ...message, usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: good } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ]
  const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  assert.equal(await byClaude({ kind: 'garbage', body: withBadBytes(body) }), FOUND_OUT)
})

test('a good one, so that the others are not refused for something else', async () => {
  const accepted = { status: 'complete', steps: ['plan', 'finish', 'plan/a'], codes: [] }
  assert.equal(await byClaude({ kind: 'message', content: [{ type: 'text', text: good }] }), accepted)
  assert.equal(await byEndpoint({ kind: 'completion', content: good }), accepted)
})

test.run()
