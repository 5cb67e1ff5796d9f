/** The circles of a graph: for each, the nodes that reach each other, in order of name. (Tarjan, 1972) */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const circles: string[][] = []
  const visit = (node: string): void => {
    order.set(node, order.size)
    lowest.set(node, order.get(node)!)
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next)
      if (path.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!))
    }
    if (lowest.get(node) === order.get(node)) {
      const circle = path.splice(path.indexOf(node))
      if (circle.length > 1 || graph.get(node)?.includes(node)) circles.push(circle.sort())
    }
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles
}
