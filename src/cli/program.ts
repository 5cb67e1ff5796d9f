import type { Pipeline } from '../pipeline/pipeline.ts'
import { Misuse } from './exit-code.ts'

/** What a module exports that can be run. */
export type Runnable =
  | { readonly kind: 'pipeline'; readonly name: string; readonly exported: string; readonly pipeline: Pipeline<any> }
  | {
      readonly kind: 'workflow' | 'task'
      readonly name: string
      readonly exported: string
      readonly call: (inputs: object) => unknown
    }

/** The one that a module exports, or that of this name: its own, or the one that it is exported by. */
export function runnableOf(module: Record<string, unknown>, file: string, wanted: string | undefined): Runnable {
  const all = runnablesIn(module)
  if (all.length === 0)
    throw new Misuse(`${file} exports no pipeline and no workflow: \`export const etl = new Pipeline('etl')…\`.`)
  const found =
    wanted === undefined ? preferred(all) : all.filter((one) => one.name === wanted || one.exported === wanted)
  if (found.length === 1) return found[0]!
  const names = all.map(({ exported }) => `'${exported}'`).join(', ')
  throw new Misuse(
    wanted === undefined
      ? `${file} exports several that could be run: ${names}. Name one with --export.`
      : `${file} has ${found.length === 0 ? 'no' : 'more than one'} '${wanted}' that could be run; it exports ${names}.`,
  )
}

/** Tasks stand beside the workflow that calls them. */
function preferred(all: readonly Runnable[]): readonly Runnable[] {
  const whole = all.filter(({ kind }) => kind !== 'task')
  return whole.length > 0 ? whole : all
}

/** Each once, however often it is exported. */
function runnablesIn(module: Record<string, unknown>): Runnable[] {
  const seen = new Set<unknown>()
  // What CommonJS exports is the default of the module too.
  const byDefault = module['default']
  const isSpread = typeof byDefault === 'object' && byDefault !== null && !isPipeline(byDefault)
  const exports = isSpread ? { ...byDefault, ...module } : module
  return Object.entries(exports).flatMap(([exported, value]) => {
    if (seen.has(value)) return []
    seen.add(value)
    const runnable = asRunnable(exported, value)
    return runnable === undefined ? [] : [runnable]
  })
}

function asRunnable(exported: string, value: unknown): Runnable | undefined {
  if (isPipeline(value)) return { kind: 'pipeline', name: value.name, exported, pipeline: value }
  if (!isNode(value)) return undefined
  return { kind: value.nodeKind, name: value.nodeName, exported, call: value }
}

/** By what it has: it may be of another copy of engram, the program's own. */
function isPipeline(value: unknown): value is Pipeline<any> {
  if (typeof value !== 'object' || value === null) return false
  const { name, run, plan, toMermaid } = value as Partial<Pipeline<any>>
  return typeof name === 'string' && [run, plan, toMermaid].every((one) => typeof one === 'function')
}

interface NodeLike {
  (inputs: object): unknown
  readonly nodeName: string
  readonly nodeKind: 'workflow' | 'task'
}

function isNode(value: unknown): value is NodeLike {
  return typeof value === 'function' && 'nodeName' in value && 'nodeKind' in value
}
