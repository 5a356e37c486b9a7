/** Where the package stands on disk: its `.sql` files and templates are read from there, in a clone as in an install. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const find = (folder: string): string => {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('tasker-es cannot find its own package.json above its code')
  return find(parent)
}

export const packageRoot: string = find(dirname(fileURLToPath(import.meta.url)))
