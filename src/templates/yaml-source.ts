/**
 * YAML 1.2 as people write it, read into JSON that knows where each value stands. Only what JSON can say is accepted:
 * no custom tags, no `.nan`, no dates, one document. Aliases are expanded within a limit, so that a small file cannot
 * become a large value. JSON files are read by the same function, since JSON is YAML.
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  type Alias,
  CST,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Json } from '../core/json.js'
import { MAX_YAML_DEPTH, MAX_YAML_INDENT, MAX_YAML_NODES, MAX_YAML_PROBLEMS } from '../core/limits.js'

export interface Place {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

export interface YamlProblem extends Place {
  readonly code: 'invalid_yaml'
  readonly file: string
  readonly message: string
}

export interface YamlSource {
  readonly value: Json
  /**
   * Where a value stands: its key in an object, its first character in a list. `path` is keys and indices joined by
   * dots, as in every problem; a path that leads to no value has the place of its nearest ancestor.
   */
  place(path: string): Place | undefined
}

/** Reads one document; on the left every problem that was found, each with its place in `fileName`. */
export const parseYaml = (text: string, fileName: string): E.Either<ReadonlyArray<YamlProblem>, YamlSource> => {
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problem = (offset: number, message: string): YamlProblem => ({
    code: 'invalid_yaml',
    file: fileName,
    message,
    ...place(offset),
  })
  const tooDeep = nestsTooDeeply(text)
  const document = parseDocument(tooDeep ? '' : text, { ...OPTIONS, lineCounter: lines })
  if (tooDeep) return E.left([problem(0, `nests deeper than ${MAX_YAML_DEPTH}`)])
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    return E.left(faults.slice(0, MAX_YAML_PROBLEMS).map((fault) => problem(fault.pos[0], said(fault))))
  }
  const reading = new Reading()
  const value = reading.read(document.contents, '', 0)
  if (reading.problems.length > 0) {
    return E.left(reading.problems.slice(0, MAX_YAML_PROBLEMS).map((found) => problem(found.offset, found.message)))
  }
  return E.right({
    value,
    place: (path) => {
      for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
        const offset = reading.offsets.get(at)
        if (offset !== undefined) return place(offset)
        if (at === '') return undefined
      }
    },
  })
}

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  stringKeys: true,
  uniqueKeys: true,
  prettyErrors: false,
} as const

const said = (fault: { readonly code: string; readonly message: string }): string => {
  if (fault.code === 'MULTIPLE_DOCS') return 'holds more than one document; keep one a file'
  if (fault.code === 'TAG_RESOLVE_FAILED') return `${fault.message}; tags are not accepted`
  return fault.message
}

/** What JSON or the log cannot hold, though a YAML string can. */
const UNSTORABLE = /\p{Surrogate}|\0/u
const INTEGER = /^[-+]?\d+$/

/** One walk over the document: values, their offsets by path, and what cannot be said in JSON. */
class Reading {
  readonly problems: Array<{ readonly offset: number; readonly message: string }> = []
  readonly offsets = new Map<string, number>()
  private readonly anchors = new Map<string, Node>()
  private readonly targets = new Map<Alias, Node | undefined>()
  private readonly open = new Set<Node>()
  private nodes = 0
  /** How many aliases we stand inside of: anchors there were met before and may be hidden by later ones. */
  private inside = 0

  read(node: unknown, path: string, depth: number): Json {
    if (!isNode(node)) return null
    const offset = node.range?.[0] ?? 0
    if (!this.offsets.has(path)) this.offsets.set(path, offset)
    this.nodes += 1
    if (this.nodes > MAX_YAML_NODES) {
      const first = this.nodes === MAX_YAML_NODES + 1
      return first ? this.refuse(offset, `expands to more than ${MAX_YAML_NODES} values`) : null
    }
    if (depth > MAX_YAML_DEPTH) return this.refuse(offset, `nests deeper than ${MAX_YAML_DEPTH}`)
    if (isAlias(node)) return this.alias(node, path, depth)
    if (node.anchor !== undefined && this.inside === 0) this.anchors.set(node.anchor, node)
    if (isScalar(node)) return this.scalar(node, offset)
    this.open.add(node)
    const value = isMap(node) ? this.map(node, path, depth) : isSeq(node) ? this.list(node.items, path, depth) : null
    this.open.delete(node)
    return value
  }

  private alias(node: Alias, path: string, depth: number): Json {
    const offset = node.range?.[0] ?? 0
    if (!this.targets.has(node)) this.targets.set(node, this.anchors.get(node.source))
    const target = this.targets.get(node)
    if (target === undefined) return this.refuse(offset, `the alias *${node.source} has no anchor before it`)
    if (this.open.has(target)) return this.refuse(offset, `the alias *${node.source} contains itself`)
    this.inside += 1
    const value = this.read(target, path, depth + 1)
    this.inside -= 1
    return value
  }

  private scalar(node: Scalar, offset: number): Json {
    const { value, source } = node
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'string') {
      return UNSTORABLE.test(value) ? this.refuse(offset, 'holds a NUL or half of a surrogate pair') : value
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return this.refuse(offset, `${String(source)} is no value of JSON; quote it if it is text`)
    }
    if (source !== undefined && INTEGER.test(source) && !Number.isSafeInteger(value)) {
      return this.refuse(offset, `${source} is too large to be kept exactly; quote it`)
    }
    return value
  }

  private map(node: YAMLMap, path: string, depth: number): Json {
    return Object.fromEntries(node.items.filter(isPair).map((pair: Pair) => this.entry(pair, path, depth)))
  }

  private entry(pair: Pair, path: string, depth: number): [string, Json] {
    const written = isScalar(pair.key) ? pair.key : undefined
    const key = typeof written?.value === 'string' ? written.value : String(written?.source ?? '')
    if (written?.anchor !== undefined && this.inside === 0) this.anchors.set(written.anchor, written)
    if (UNSTORABLE.test(key)) this.refuse(written?.range?.[0] ?? 0, 'a key holds a NUL or half of a surrogate pair')
    const at = path === '' ? key : `${path}.${key}`
    if (written?.range && !this.offsets.has(at)) this.offsets.set(at, written.range[0])
    return [key, this.read(pair.value, at, depth + 1)]
  }

  private list(items: ReadonlyArray<unknown>, path: string, depth: number): Json {
    return items.map((item, index) => this.read(item, path === '' ? String(index) : `${path}.${index}`, depth + 1))
  }

  private refuse(offset: number, message: string): null {
    // Past the limit every further value would say the same.
    if (this.problems.length < MAX_YAML_PROBLEMS) this.problems.push({ offset, message })
    return null
  }
}

const isNode = (value: unknown): value is Node => isAlias(value) || isScalar(value) || isMap(value) || isSeq(value)

/**
 * The parser recurses, and near the end of the stack the engine may abort the whole process rather than throw. So the
 * nesting is bounded by the tokens alone, before it is parsed: brackets in flow style, columns in block style.
 */
const nestsTooDeeply = (text: string): boolean => {
  let flow = 0
  let column = 0
  /** The column up to which the line holds nothing but spaces and the indicators `-` and `?`. */
  let lead = 0
  let leading = true
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token)
    // Marks of the lexer's own, which stand for no character.
    if (type === 'doc-mode' || type === 'scalar' || type === 'flow-error-end') continue
    if (type === 'flow-map-start' || type === 'flow-seq-start') flow += 1
    if (type === 'flow-map-end' || type === 'flow-seq-end') flow -= 1
    const indicator = type === 'seq-item-ind' || type === 'explicit-key-ind'
    if (leading && indicator) lead = column
    if (flow > MAX_YAML_DEPTH || (flow === 0 && lead > MAX_YAML_INDENT && (indicator || type === 'map-value-ind'))) {
      return true
    }
    const lineBreak = token.lastIndexOf('\n')
    column = lineBreak === -1 ? column + token.length : token.length - lineBreak - 1
    if (lineBreak !== -1) [leading, lead] = [true, column]
    else if (leading && type === 'space') lead = column
    else if (!indicator) leading = false
  }
  return false
}
