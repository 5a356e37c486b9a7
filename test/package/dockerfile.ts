/** A Dockerfile as its instructions, by stage: enough of it to hold it to the repository without an engine. */
export interface Instruction {
  readonly name: string
  readonly text: string
}

export interface Stage {
  readonly from: string
  readonly name: string | undefined
  readonly instructions: ReadonlyArray<Instruction>
}

export const stagesOf = (dockerfile: string): ReadonlyArray<Stage> => {
  const lines = dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const stages: Array<{ from: string; name: string | undefined; instructions: Instruction[] }> = []
  for (const line of lines) {
    const [name = '', ...rest] = line.split(/\s+/)
    if (name === 'FROM') stages.push({ from: rest[0] ?? '', name: rest[2], instructions: [] })
    else stages.at(-1)?.instructions.push({ name, text: line.slice(name.length).trim() })
  }
  return stages
}

export const allOf = (stage: Stage | undefined, name: string): ReadonlyArray<string> =>
  (stage?.instructions ?? []).filter((one) => one.name === name).map(({ text }) => text)

/** The list of words of an instruction in its JSON form, options before it aside. */
export const wordsOf = (text: string): ReadonlyArray<string> => JSON.parse(text.slice(text.indexOf('[')))
