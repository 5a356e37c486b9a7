/** One thing that `doctor` looked at. */
export interface Check {
  readonly name: string
  readonly state: 'good' | 'advice' | 'bad'
  readonly message: string
  readonly code?: string
  readonly remedy?: string
  /** Something that should answer does not: exit code 4. */
  readonly unreachable?: true
}

export const good = (name: string, message: string): Check => ({ name, state: 'good', message })

export const advice = (name: string, message: string, remedy: string): Check => ({
  name,
  state: 'advice',
  message,
  remedy,
})

export const bad = (name: string, code: string, message: string, remedy: string): Check => ({
  name,
  state: 'bad',
  code,
  message,
  remedy,
})
