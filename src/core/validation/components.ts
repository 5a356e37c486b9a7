/**
 * The strongly connected components of a graph, dependencies first: what has more than one member is a cycle, and what
 * has none of those is in the order in which steps can be created. Tarjan's algorithm, without recursion; each step is
 * asked for its dependencies once, for a convergence may have thousands.
 */
export const componentsOf = (
  size: number,
  dependenciesOf: (id: number) => ReadonlyArray<number>,
): ReadonlyArray<ReadonlyArray<number>> => {
  const components: number[][] = []
  const order = new Int32Array(size).fill(-1)
  const lowest = new Int32Array(size)
  const onStack = new Uint8Array(size)
  const stack: number[] = []
  let entered = 0
  const path: Array<{ readonly id: number; readonly dependencies: ReadonlyArray<number>; next: number }> = []
  const enter = (id: number): void => {
    order[id] = lowest[id] = entered++
    onStack[id] = 1
    stack.push(id)
    path.push({ id, dependencies: dependenciesOf(id), next: 0 })
  }
  const lower = (id: number, to: number): void => {
    lowest[id] = Math.min(at(lowest, id), to)
  }
  const leave = (id: number): void => {
    if (at(lowest, id) !== at(order, id)) return
    const component: number[] = []
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack[member] = 0
      component.push(member)
      if (member === id) break
    }
    components.push(component)
  }
  for (let root = 0; root < size; root++) {
    if (at(order, root) !== -1) continue
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.dependencies[top.next++]
      if (dependency === undefined) {
        path.pop()
        leave(top.id)
        const parent = path.at(-1)
        if (parent !== undefined) lower(parent.id, at(lowest, top.id))
      } else if (at(order, dependency) === -1) {
        enter(dependency)
      } else if (onStack[dependency] === 1) {
        lower(top.id, at(order, dependency))
      }
    }
  }
  return components
}

const at = (numbers: Int32Array, index: number): number => numbers[index] ?? -1
