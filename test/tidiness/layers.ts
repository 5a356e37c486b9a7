/** Who may import whom, which third-party package belongs to whom, and that nobody imports in a circle. */
import { posix } from 'node:path'
import type { Source } from './source.js'

/** The folders that each folder may import, itself and the packages that are free aside. */
export const MAY_IMPORT: Readonly<Record<string, ReadonlyArray<string>>> = {
  'src/core': [],
  'src/ports': ['src/core'],
  'src/log': ['src/core', 'src/ports', 'src/sql.ts', 'src/package-root.ts'],
  'src/subscriptions': ['src/core', 'src/ports', 'src/log', 'src/sql.ts'],
  'src/engine': ['src/core', 'src/ports'],
  'src/planner': ['src/core', 'src/ports'],
  'src/worker': ['src/core', 'src/ports', 'src/engine', 'src/planner'],
  'src/queue': ['src/core', 'src/ports', 'src/package-root.ts'],
  'src/templates': ['src/core', 'src/ports'],
  'src/audit': ['src/core', 'src/ports', 'src/log'],
  projections: ['src/core', 'src/ports', 'src/package-root.ts'],
  'src/projector': ['src/core', 'src/ports', 'src/log', 'projections', 'src/sql.ts', 'src/package-root.ts'],
  catalog: ['src/core', 'src/ports'],
  'src/http': [
    'src/core',
    'src/ports',
    'src/engine',
    'src/templates',
    'src/audit',
    'projections',
    'src/sql.ts',
    'src/package-root.ts',
  ],
  'src/dashboard': [
    'src/core',
    'src/ports',
    'src/engine',
    'src/templates',
    'src/audit',
    'src/layout',
    'src/audit',
    'src/projector',
    'projections',
    'src/http',
    'src/sql.ts',
    'src/package-root.ts',
  ],
  // Types of it alone: the client runs where nothing but `fetch` is.
  'src/client': ['src/http'],
  'src/remote': [
    'src/core',
    'src/ports',
    'src/engine',
    'src/templates',
    'src/audit',
    'src/http',
    'src/client',
    'src/cli',
  ],
  'src/layout': [],
  'src/telemetry': ['src/core', 'src/ports', 'src/engine', 'src/sql.ts'],
  'src/cli': ['src/core', 'src/ports', 'src/engine', 'src/templates', 'src/layout', 'src/audit', 'projections'],
  'src/package-root.ts': [],
  'src/sql.ts': ['src/package-root.ts'],
  'src/system-clock.ts': ['src/ports'],
  'src/kept-values.ts': ['src/cli', 'src/ports', 'src/worker'],
  'src/configured-projections.ts': ['src/cli', 'src/projector', 'src/templates', 'projections'],
  'src/configured-webhooks.ts': ['src/cli', 'src/ports', 'src/subscriptions', 'src/kept-values.ts', 'src/main.ts'],
}

/** These build the concrete things, and so may import everything but scripts and tests. */
export const COMPOSITION = [
  'src/main.ts',
  'src/api.ts',
  'src/attempts.ts',
  'src/tasker-options.ts',
  'src/system.ts',
  'src/outside.ts',
  'src/testing',
  'src/web.ts',
  'src/open-planner.ts',
  'src/bin.ts',
]

const FREE_PACKAGES = ['fp-ts', 'io-ts']
/** Everything else is imported in one folder only, which is found by looking; these may be in two. */
const SHARED_PACKAGES: Readonly<Record<string, ReadonlyArray<string>>> = { hono: ['src/http', 'src/dashboard'] }

/** A file at the top of `src` is a layer of its own. */
export const layerOf = (path: string): string => {
  const parts = path.split('/')
  return parts[0] === 'src' ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

const isFree = (layer: string): boolean => ['scripts', 'test'].includes(layer)

export const layerFaults = (sources: ReadonlyArray<Source>): ReadonlyArray<string> =>
  sources.flatMap((source) => {
    const layer = layerOf(source.path)
    return source.imports.flatMap(({ from, line }) => {
      const at = `${source.path}:${line}`
      if (!from.startsWith('.')) return layer === 'src/core' ? strangerInCore(at, from) : []
      if (!from.endsWith('.js')) return [`${at}: ${from} must end in .js`]
      const target = layerOf(targetOf(source.path, from))
      if (target === layer || isFree(layer)) return []
      if (isFree(target)) return [`${at}: ${layer} may not import ${target}`]
      if (COMPOSITION.includes(layer) || MAY_IMPORT[layer]?.includes(target) === true) return []
      return [`${at}: ${layer} may not import ${target}`]
    })
  })

const strangerInCore = (at: string, from: string): ReadonlyArray<string> =>
  FREE_PACKAGES.includes(packageOf(from)) ? [] : [`${at}: the core may not import ${from}`]

export const targetOf = (path: string, from: string): string =>
  posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts')

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

/** Each third-party package with the folders that import it, tests and scripts aside. */
export const packageFaults = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const owners = new Map<string, Set<string>>()
  for (const source of sources) {
    const layer = layerOf(source.path)
    if (isFree(layer)) continue
    for (const { from } of source.imports) {
      const name = packageOf(from)
      if (from.startsWith('.') || from.startsWith('node:') || FREE_PACKAGES.includes(name)) continue
      owners.set(name, (owners.get(name) ?? new Set()).add(layer))
    }
  }
  return [...owners].flatMap(([name, layers]) => {
    const shared = SHARED_PACKAGES[name]
    const foreign = [...layers].filter((layer) => shared?.includes(layer) !== true)
    return foreign.length <= (shared === undefined ? 1 : 0)
      ? []
      : [`${name} is imported in ${[...layers].sort().join(', ')}`]
  })
}

/** Every dependency is used, and everything that is used is a dependency. */
export const dependencyFaults = (
  sources: ReadonlyArray<Source>,
  declared: ReadonlyArray<string>,
  usedOtherwise: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const used = new Set(usedOtherwise)
  for (const source of sources) {
    for (const { from } of source.imports) {
      if (!from.startsWith('.') && !from.startsWith('node:')) used.add(packageOf(from))
    }
  }
  return [
    ...declared.filter((name) => !used.has(name)).map((name) => `${name} is a dependency that nobody imports`),
    ...[...used].filter((name) => !declared.includes(name)).map((name) => `${name} is imported and no dependency`),
  ]
}

/** Circles of imports. Types count too (what is a circle of types cannot be read alone either), but not in tests. */
export const cycleFaults = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const paths = new Set(sources.map(({ path }) => path))
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports
        .filter(({ from, typeOnly }) => from.startsWith('.') && !(typeOnly && isFree(layerOf(source.path))))
        .map(({ from }) => targetOf(source.path, from))
        .map((target) => (paths.has(target) ? target : `${target}x`))
        .filter((target) => paths.has(target)),
    ]),
  )
  const done = new Set<string>()
  const faults: string[] = []
  const visit = (path: string, trail: ReadonlyArray<string>): void => {
    const at = trail.indexOf(path)
    if (at !== -1) faults.push([...trail.slice(at), path].join(' → '))
    if (at !== -1 || done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return faults
}
