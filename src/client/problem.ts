/** What a server refuses, and a server that cannot be reached: both with a code that stays. */

export interface ProblemFault {
  /** Keys and indices joined by dots. */
  readonly path: string
  readonly message: string
  /** Of a fault of a template. */
  readonly code?: string
}

/** A server refused (RFC 9457). Decide by `code`. */
export class TaskerProblem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: ReadonlyArray<ProblemFault>
  /** Of the request, as the server's log has it. */
  readonly requestId: string | undefined

  constructor(fields: {
    readonly status: number
    readonly code: string
    readonly detail: string
    readonly errors?: ReadonlyArray<ProblemFault>
    readonly requestId?: string | undefined
  }) {
    super(fields.detail)
    this.name = 'TaskerProblem'
    this.status = fields.status
    this.code = fields.code
    this.errors = fields.errors ?? []
    this.requestId = fields.requestId
  }
}

/** Nobody answered, or not as a Tasker does. */
export class TaskerUnreachable extends Error {
  readonly code = 'server_unreachable'

  constructor(
    readonly url: string,
    cause: unknown,
  ) {
    super(`no Tasker answers at ${url}: ${reasonIn(cause)}`, { cause })
    this.name = 'TaskerUnreachable'
  }
}

/** `fetch` says no more than that it failed; what it met stands in the cause. */
const reasonIn = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const { cause: inner } = cause
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : undefined
  const said = inner instanceof Error && inner.message !== '' ? inner.message : cause.message
  return code === undefined || said.includes(code) ? said : `${code} ${said}`
}

/** The problem that an answer holds; one that holds none is told by its status. */
export const problemIn = async (answer: Response): Promise<TaskerProblem> => {
  const text = await answer.text()
  const body = parsed(text)
  const requestId = answer.headers.get('x-request-id') ?? undefined
  const { status } = answer
  if (body === undefined || typeof body.code !== 'string') {
    return new TaskerProblem({ status, code: 'no_problem', detail: `the server answered with ${status}`, requestId })
  }
  return new TaskerProblem({
    status,
    code: body.code,
    detail: typeof body.detail === 'string' ? body.detail : body.code,
    errors: faultsIn(body.errors),
    requestId,
  })
}

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object(value) : undefined
  } catch {
    return undefined
  }
}

const faultsIn = (errors: unknown): ReadonlyArray<ProblemFault> =>
  (Array.isArray(errors) ? errors : []).map(({ path, message, code }) => ({
    path: String(path),
    message: String(message),
    ...(typeof code === 'string' ? { code } : {}),
  }))
