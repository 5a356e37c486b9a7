/**
 * What is held against an expression before anything evaluates it: its length first, so that parsing it is bounded, then
 * its shape. Arithmetic is refused, because `a.b-c` is a subtraction in this dialect and nearly always meant as a name.
 */
import { compile, getRegisteredFunctions } from '@jmespath-community/jmespath'
import type { Check } from '../../src/core/capability.js'
import { MAX_EXPRESSION_CHARS, MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from '../../src/core/limits.js'

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

type Fault = { readonly problem: string; readonly remedy: string }

export const checkExpression: Check<string> = (expression) => {
  if (expression.trim() === '') return { problem: 'is empty', remedy: 'write @ for the whole value' }
  if (expression.length > MAX_EXPRESSION_CHARS) {
    return {
      problem: `has ${expression.length} characters; at most ${MAX_EXPRESSION_CHARS} are allowed`,
      remedy: 'split it into several steps or mappings',
    }
  }
  try {
    return checkTree(compile(expression) as unknown as Node, expression)
  } catch (error) {
    return {
      problem: `is no JMESPath: ${error instanceof Error ? error.message : String(error)}`,
      remedy: remedyFor(expression),
    }
  }
}

interface Visit {
  readonly node: Node
  readonly depth: number
  /** Whether this place is an argument of a function, where alone `&…` may stand. */
  readonly argument: boolean
}

const checkTree = (root: Node, expression: string): Fault | undefined => {
  const open: Visit[] = [{ node: root, depth: 1, argument: false }]
  let nodes = 0
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    nodes++
    const fault = limitFault(nodes, visit.depth) ?? nodeFault(visit, expression)
    if (fault !== undefined) return fault
    for (const child of childrenOf(visit.node)) {
      open.push({ node: child, depth: visit.depth + 1, argument: visit.node.type === 'Function' })
    }
  }
  return undefined
}

const limitFault = (nodes: number, depth: number): Fault | undefined => {
  if (nodes > MAX_EXPRESSION_NODES) {
    return { problem: `has more than ${MAX_EXPRESSION_NODES} parts`, remedy: 'split it into several steps or mappings' }
  }
  return depth > MAX_EXPRESSION_DEPTH
    ? { problem: `nests deeper than ${MAX_EXPRESSION_DEPTH}`, remedy: 'split it into several steps' }
    : undefined
}

const nodeFault = ({ node, argument }: Visit, expression: string): Fault | undefined => {
  if (node.type === 'Arithmetic' || node.type === 'Unary') {
    return { problem: 'calculates, and arithmetic is not allowed', remedy: remedyFor(expression) }
  }
  if (node.type === 'Function' && !getRegisteredFunctions().includes(String(node.name))) {
    return {
      problem: `calls ${String(node.name)}(), which is no function`,
      remedy: `known are ${getRegisteredFunctions().sort().join(', ')}`,
    }
  }
  return node.type === 'ExpressionReference' && !argument
    ? { problem: 'has & outside of a function', remedy: 'write &… only as an argument, as in sort_by(items, &name)' }
    : undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const childrenOf = (node: Node): ReadonlyArray<Node> =>
  node.type === 'Literal'
    ? []
    : Object.values(node)
        .flatMap((value) => (Array.isArray(value) ? value : [value]))
        .filter(isNode)

const HYPHENATED = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+/

/** Most of what does not parse, or calculates, is a name with a hyphen: say how it is written. */
const remedyFor = (expression: string): string => {
  const name = HYPHENATED.exec(expression)?.[0]
  return name === undefined
    ? 'write JMESPath without arithmetic: names and dots, [0], [*], [?a == `1`], {name: a}, functions; sums and averages belong to catalog:aggregate'
    : `quote the name: "${name}"`
}
