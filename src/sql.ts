/**
 * Statements live in `.sql` files under `-- name: x` headers, valid as they stand. This reads one file and hands out
 * its statements by name; each runs prepared under that name. A name that is missing, or that nobody asked for, is a
 * mistake of ours and stops the process at load.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

export interface Statement {
  /** Unique in the process: the file's name and the header's. */
  readonly name: string
  readonly text: string
}

/** The statements of a file, given by its path from the package's root. */
export const loadStatements = <Name extends string>(
  file: string,
  names: ReadonlyArray<Name>,
): Readonly<Record<Name, Statement>> => {
  const found = parseStatements(file, readFileSync(join(packageRoot, file), 'utf8'))
  for (const statement of found.keys()) {
    if (!names.some((name) => name === statement)) throw new Error(`${file}: nobody asks for ${statement}`)
  }
  const chosen = names.map((name) => {
    const statement = found.get(name)
    if (statement === undefined) throw new Error(`${file}: there is no statement ${name}`)
    return [name, statement] as const
  })
  return Object.fromEntries(chosen) as Record<Name, Statement>
}

/** All statements of a file's text by their names. Text before the first header must be comment. */
export const parseStatements = (file: string, text: string): ReadonlyMap<string, Statement> => {
  const [preamble = '', ...parts] = text.split(/^-- name: */m)
  if (/^(?!--|\s*$)/m.test(preamble.trimEnd())) throw new Error(`${file}: a statement stands before the first name`)
  const statements = new Map<string, Statement>()
  for (const part of parts) {
    const end = part.indexOf('\n')
    const name = part.slice(0, end).trim()
    if (!/^[a-zA-Z]\w*$/.test(name)) throw new Error(`${file}: "${name}" is no name of a statement`)
    if (statements.has(name)) throw new Error(`${file}: ${name} stands there twice`)
    const folder = file
      .replace(/\.sql$/, '')
      .split('/')
      .slice(-2)
      .join('_')
    statements.set(name, { name: `${folder}_${name}`, text: part.slice(end + 1).trim() })
  }
  return statements
}
