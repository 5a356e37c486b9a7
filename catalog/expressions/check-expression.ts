/**
 * What is held against an expression before anything evaluates it: its length first, so that parsing it is bounded, then
 * its shape. Arithmetic is refused, because `a.b-c` is a subtraction in this dialect and nearly always meant as a name.
 */
import { compile, getRegisteredFunctions } from '@jmespath-community/jmespath'
import type { Check } from '../../src/core/capability.js'
import { MAX_EXPRESSION_CHARS, MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from '../../src/core/limits.js'
import { parseSimplePath } from '../../src/core/simple-path.js'

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
  // Most of a plan's are simple paths, which need no parser to be known for what they are.
  if ((parseSimplePath(expression)?.length ?? MAX_EXPRESSION_DEPTH) < MAX_EXPRESSION_DEPTH) return undefined
  try {
    // The library does not say of which nodes its trees are made.
    return checkTree(compile(expression) as unknown as Node, expression)
  } catch (error) {
    return {
      problem: `is no JMESPath: ${error instanceof Error ? error.message : String(error)}`,
      remedy: remedyFor(expression),
    }
  }
}

/** Plain loops: a fragment of 1,000 steps has thousands of expressions, and with lists this took four times as long as to parse them. */
const checkTree = (root: Node, expression: string): Fault | undefined => {
  let nodes = 0
  /** `argument`: whether this place is an argument of a function, where alone `&…` may stand. */
  const visit = (node: Node, depth: number, argument: boolean): Fault | undefined => {
    nodes++
    const fault = limitFault(nodes, depth) ?? nodeFault(node, argument, expression)
    if (fault !== undefined || node.type === 'Literal') return fault
    const isCall = node.type === 'Function'
    for (const key in node) {
      const child = node[key]
      for (const one of Array.isArray(child) ? child : [child]) {
        const below = isNode(one) ? visit(one, depth + 1, isCall) : undefined
        if (below !== undefined) return below
      }
    }
    return undefined
  }
  return visit(root, 1, false)
}

const limitFault = (nodes: number, depth: number): Fault | undefined => {
  if (nodes > MAX_EXPRESSION_NODES) {
    return { problem: `has more than ${MAX_EXPRESSION_NODES} parts`, remedy: 'split it into several steps or mappings' }
  }
  return depth > MAX_EXPRESSION_DEPTH
    ? { problem: `nests deeper than ${MAX_EXPRESSION_DEPTH}`, remedy: 'split it into several steps' }
    : undefined
}

const nodeFault = (node: Node, argument: boolean, expression: string): Fault | undefined => {
  if (node.type === 'Arithmetic' || node.type === 'Unary') {
    return { problem: 'calculates, and arithmetic is not allowed', remedy: remedyFor(expression) }
  }
  if (node.type === 'Function' && !FUNCTIONS.has(String(node.name))) {
    return {
      problem: `calls ${String(node.name)}(), which is no function`,
      remedy: `known are ${[...FUNCTIONS].sort().join(', ')}`,
    }
  }
  return node.type === 'ExpressionReference' && !argument
    ? { problem: 'has & outside of a function', remedy: 'write &… only as an argument, as in sort_by(items, &name)' }
    : undefined
}

/** The library makes the list anew for whoever asks. */
const FUNCTIONS: ReadonlySet<string> = new Set(getRegisteredFunctions())

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const HYPHENATED = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+/

/** Most of what does not parse, or calculates, is a name with a hyphen: say how it is written. */
const remedyFor = (expression: string): string => {
  const name = HYPHENATED.exec(expression)?.[0]
  return name === undefined
    ? 'write JMESPath without arithmetic: names and dots, [0], [*], [?a == `1`], {name: a}, functions; sums and averages belong to catalog:aggregate'
    : `quote the name: "${name}"`
}
