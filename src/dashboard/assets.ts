/** The stylesheet, the script and the icon, under a path that changes with any of them: a browser may keep them for ever. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { packageRoot } from '../package-root.js'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface Assets {
  /** `/ui/assets/<digest>` */
  readonly base: string
  answer(name: string): Response | undefined
}

/** Reads the folder once. */
export const loadAssets = (folder = join(packageRoot, 'src/dashboard/assets')): Assets => {
  const names = readdirSync(folder)
    .filter((name) => TYPES[extname(name)] !== undefined)
    .sort()
  const files = new Map(names.map((name) => [name, readFileSync(join(folder, name))]))
  const digest = createHash('sha256')
  for (const [name, bytes] of files) digest.update(name).update(bytes)
  return {
    base: `/ui/assets/${digest.digest('hex').slice(0, 16)}`,
    answer: (name) => {
      const bytes = files.get(name)
      if (bytes === undefined) return undefined
      return new Response(bytes, {
        headers: {
          'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        },
      })
    },
  }
}
