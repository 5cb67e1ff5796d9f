import type { CallState } from '../report/run-record.ts'
import type { GraphStep } from './graph.ts'
import type { PlannedStep } from './plan.ts'

/** What a step is coloured by. */
export type Shade = CallState | PlannedStep['status']

const STYLES: Partial<Record<Shade, string>> = {
  hit: 'fill:#d3f9d8,stroke:#2b8a3e,color:#1b4332',
  ran: 'fill:#d0ebff,stroke:#1864ab,color:#0b3558',
  miss: 'fill:#d0ebff,stroke:#1864ab,color:#0b3558',
  bypass: 'fill:#d0ebff,stroke:#1864ab,color:#0b3558',
  stale: 'fill:#fff3bf,stroke:#e67700,color:#5c3c00',
  unknown: 'fill:#fff3bf,stroke:#e67700,color:#5c3c00',
  failed: 'fill:#ffe3e3,stroke:#c92a2a,color:#5f1010',
  skipped: 'fill:#f1f3f5,stroke:#868e96,color:#495057',
  cancelled: 'fill:#f1f3f5,stroke:#868e96,color:#495057',
}

/** What a picture needs to know. */
export interface Pictured {
  readonly steps: readonly Pick<GraphStep, 'index' | 'name' | 'needs'>[]
}

/** A flowchart in Mermaid's language: steps, and what goes from one to another. */
export function mermaidOf({ steps }: Pictured, shades: ReadonlyMap<string, Shade>): string {
  const lines = ['flowchart TD']
  for (const { index, name, needs } of steps) {
    const shade = shades.get(name)
    const text = shade === undefined ? name : `${name}\n${shade}`
    lines.push(`  s${index}["${escaped(text)}"]${shade !== undefined && shade in STYLES ? `:::${shade}` : ''}`)
    for (const need of needs) lines.push(`  s${need} --> s${index}`)
  }
  const used = new Set(shades.values())
  for (const [shade, style] of Object.entries(STYLES))
    if (used.has(shade as Shade)) lines.push(`  classDef ${shade} ${style}`)
  return lines.join('\n')
}

/** Mermaid takes entities for what would end a text. */
function escaped(text: string): string {
  return text.replaceAll(/[&"<>#]/g, (character) => `#${character.codePointAt(0)};`).replaceAll('\n', '<br/>')
}
