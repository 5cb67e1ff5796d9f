import { checkKnown, invalid } from '../option/check.ts'
import { checkConcurrency } from '../run/settings.ts'
import type { Wires } from './asset.ts'
import type { MapRules } from './graph.ts'

/** How a function is run for each item. */
export interface MapOptions<X extends readonly unknown[] = []> {
  /** The arguments after the item. Default none. */
  with?: Wires<X>
  /** Items that run side by side: an integer from 1 on, or Infinity. Default: that of the run. */
  concurrency?: number
  /** Which part of the items must not fail, 0 to 1: the places of those that do hold undefined. Default 1. */
  minSuccessRatio?: number
}

/** @throws EngramError ERR_INVALID_OPTION */
export function resolveMapOptions<X extends readonly unknown[]>(
  options: MapOptions<X>,
): { readonly rest: readonly unknown[]; readonly rules: MapRules } {
  checkKnown(options, ['with', 'concurrency', 'minSuccessRatio'])
  const { with: rest = [], concurrency, minSuccessRatio = 1 } = options
  if (concurrency !== undefined) checkConcurrency(concurrency)
  if (!(minSuccessRatio >= 0 && minSuccessRatio <= 1))
    throw invalid(`The option 'minSuccessRatio' must be from 0 to 1.`)
  return { rest: rest as readonly unknown[], rules: { concurrency, minSuccessRatio } }
}
