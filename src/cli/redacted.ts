/**
 * What is logged without what nobody should read there. Nothing of Tasker puts a secret into a log on purpose; errors of
 * drivers and of users' own code may, so values are looked at by their field's name and by their look.
 */
export const REDACTED = '[redacted]'

/** Names of fields whose text is a secret. `tokens` is a number, and stays. */
const SECRET_NAME =
  /(?:^|[_.-])(?:password|passwd|pwd|secret|token|api[_-]?key|apikey|authorization|cookie|credentials?|private[_-]?key|signature)$/i

const SECRET_LOOKS: ReadonlyArray<readonly [RegExp, string]> = [
  // The password of a URL.
  [/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s@]+@/gi, `$1${REDACTED}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Keys of providers, and JSON Web Tokens.
  [/\bsk-[A-Za-z0-9_-]{8,}/g, REDACTED],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  [/((?:password|api[_-]?key|access[_-]?token|secret)=)[^\s&;'"]+/gi, `$1${REDACTED}`],
]

/** More of a value is not looked at, nor logged. */
const MAX_DEPTH = 6

export const redactedText = (text: string): string =>
  SECRET_LOOKS.reduce((redacted, [look, put]) => redacted.replace(look, put), text)

export const redacted = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactedText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth + 1))
  if (value instanceof Error) return redactedText(String(value))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'string' && SECRET_NAME.test(snakeCased(name)) ? REDACTED : redacted(inner, depth + 1),
    ]),
  )
}

const snakeCased = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
