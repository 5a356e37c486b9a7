/** What an evaluator is sent, and what it answers. */

/** Values and schemas as JSON: a text crosses faster than a tree. */
export type Job = Limits &
  (
    | { readonly kind: 'expressions'; readonly expressions: ReadonlyArray<string>; readonly values: string }
    | { readonly kind: 'schema'; readonly schema: string; readonly values: string }
  )

interface Limits {
  readonly maxChars: number
  readonly timeoutMs: number
}

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: string }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }

/** The exit code of an evaluator that passed its time. */
export const OUT_OF_TIME = 75
