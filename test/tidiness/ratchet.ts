/**
 * A ratchet: what is too long today may stay as long as it is, never grow, and leaves the list for good when it has
 * become short. Nothing is ever added to it.
 */
export interface Measured {
  readonly name: string
  readonly lines: number
}

export const ratchetFaults = (
  measured: ReadonlyArray<Measured>,
  allowed: Readonly<Record<string, number>>,
  limit: number,
): ReadonlyArray<string> => [
  ...measured.flatMap(({ name, lines }) => {
    const most = allowed[name] ?? limit
    return lines > most ? [`${name} has ${lines} lines; ${most} are allowed`] : []
  }),
  ...Object.entries(allowed).flatMap(([name, lines]) => {
    const now = measured.filter((one) => one.name === name).map((one) => one.lines)
    const longest = Math.max(0, ...now)
    if (longest === 0) return [`${name} is short now: take it off the list`]
    return longest < lines ? [`${name} has ${longest} lines now: lower its number from ${lines}`] : []
  }),
]
