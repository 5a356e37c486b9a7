/** The package as npm would publish it, and folders into which it is installed. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '../../src/package-root.js'

const run = promisify(execFile)

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const { PATH = '', HOME = '', npm_config_cache } = process.env
const OWN = { PATH, HOME, ...(npm_config_cache === undefined ? {} : { npm_config_cache }) }

/** A command in a folder, with nothing of this process's environment but where to find programs and npm's cache. */
export const command = async (
  cwd: string,
  file: string,
  argv: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  try {
    const { stdout, stderr } = await run(file, [...argv], { cwd, env: { ...OWN, ...environment }, maxBuffer: 1e8 })
    return { exit: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = Object(error)
    if (typeof code !== 'number') throw error
    return { exit: code, stdout, stderr }
  }
}

export interface Packed {
  readonly tarball: string
  readonly files: ReadonlyArray<string>
}

/** Packs what is built already: the test's own build. */
export const pack = async (folder: string): Promise<Packed> => {
  const argv = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const { exit, stdout, stderr } = await command(packageRoot, 'npm', argv)
  if (exit !== 0) throw new Error(`npm pack failed: ${stderr}`)
  const [made] = JSON.parse(stdout)
  return { tarball: join(folder, made.filename), files: made.files.map(({ path }: { path: string }) => path) }
}

/** A copy of the example that depends on the tarball. */
export const exampleWith = (folder: string, tarball: string): string => {
  const example = join(folder, 'example')
  cpSync(join(packageRoot, 'test/example'), example, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'))
  manifest.dependencies['tasker-es'] = `file:${tarball}`
  writeFileSync(join(example, 'package.json'), JSON.stringify(manifest))
  return example
}

export const emptyProject = (folder: string): string => {
  const project = join(folder, 'empty')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"private":true}')
  return project
}

/** What is in npm's cache is not asked for again. */
export const install = async (cwd: string, argv: ReadonlyArray<string>): Promise<void> => {
  const { exit, stderr } = await command(cwd, 'npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    ...argv,
  ])
  if (exit !== 0) throw new Error(`npm install failed: ${stderr}`)
}

export const tasker = (cwd: string, argv: ReadonlyArray<string>, environment?: Readonly<Record<string, string>>) =>
  command(cwd, join(cwd, 'node_modules/.bin/tasker'), argv, environment)
