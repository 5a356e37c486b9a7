/** Makes the planner that a command line chose. What is wrong with a file, a module or a key is told before any work. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { PlannerChoice } from './cli/planner-choice.js'
import { UserError } from './cli/user-error.js'
import { anthropicWhenAsked } from './planner/anthropic-when-asked.js'
import { openAiPlanner } from './planner/openai.js'
import { parseRecorded, recordedPlanner } from './planner/recorded.js'
import type { Planner } from './ports/planner.js'
import { loadPlanner } from './templates/planner-module.js'
import { readSourceFile } from './templates/source-file.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Throws a `UserError` where what was chosen is not there or is none. */
export const plannerOf = async (choice: PlannerChoice, cwd: string, environment: Environment): Promise<Planner> => {
  switch (choice.kind) {
    case 'recorded':
      return recorded(choice.file, cwd)
    case 'rules':
      return rules(choice.module, cwd)
    case 'openai':
      return openai(choice.baseURL, environment)
    case 'anthropic':
      return configured(() => anthropicWhenAsked({ apiKey: environment.ANTHROPIC_API_KEY ?? '' }))
    default:
      return never(choice)
  }
}

const openai = (baseURL: string | undefined, { OPENAI_API_KEY: apiKey }: Environment): Planner =>
  configured(() =>
    openAiPlanner({
      ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }),
      ...(baseURL === undefined ? {} : { baseURL }),
    }),
  )

/** A key or a URL that cannot be used is the person's to mend. */
const configured = (make: () => Planner): Planner => {
  try {
    return make()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new UserError({ code: 'planner_not_configured', message, cause })
  }
}

const rules = async (module: string, cwd: string): Promise<Planner> => {
  const loaded = await loadPlanner(module, cwd)
  if (E.isRight(loaded)) return loaded.right
  const { fault, message } = loaded.left
  throw new UserError({ code: `rules_${fault}`, message: `${module}: ${message}`, place: { source: module } })
}

const RECORDED_FORM =
  '{"recorded_version": "1.0", "answers": [{"step": "plan", "answer": {…a fragment…}}]}, the answers of a step in order'

const recorded = async (file: string, cwd: string): Promise<Planner> => {
  const place = { source: file }
  const text = await readSourceFile(resolve(cwd, file))
  if (E.isLeft(text)) {
    throw new UserError({ code: `recorded_${text.left.fault}`, message: `${file}: ${text.left.message}`, place })
  }
  const answers = parseRecorded(text.right)
  if (E.isRight(answers)) return recordedPlanner(answers.right)
  const { code, path, message } = answers.left
  const remedy = `write ${RECORDED_FORM}`
  throw new UserError({ code, message: `${file}: ${path} ${message}`, details: [{ path, message }], place, remedy })
}

const never = (choice: never): never => {
  throw new Error(`no planner is ${JSON.stringify(choice)}`)
}
