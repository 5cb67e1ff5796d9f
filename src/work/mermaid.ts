import type { Component } from './component.ts'
import { workOf } from './work-core.ts'

/** A flowchart of components: which holds which, and what works did last. */
export function mermaidOf(root: Component): string {
  const lines = ['flowchart TD']
  const all = [...root.all()]
  for (const [at, component] of all.entries()) {
    const stage = workOf(component)?.statuses.last.stage
    const label = `${component.path.split('.').at(-1)}${stage === undefined ? '' : `: ${stage}`}`
    const text = JSON.stringify(label).replaceAll('\\"', '#quot;')
    lines.push(component.kind === 'flow' ? `  c${at}(${text})` : `  c${at}[${text}]`)
  }
  for (const [at, component] of all.entries())
    if (component.parent !== undefined && at > 0) lines.push(`  c${all.indexOf(component.parent)} --> c${at}`)
  return lines.join('\n')
}
