import { EngramError } from '../words/error.ts'
import { pathOf, propertySegment } from '../words/phrase.ts'

/**
 * One step from a container to a part of it: a property's name, an element's index, or the place of an entry among
 * a collection's values (`VALUES_STEP + i`) or keys (`KEYS_STEP + i`).
 */
export type PathStep = string | number

export const VALUES_STEP = 2 ** 33
export const KEYS_STEP = 2 ** 34
/** From an instance to what its codec made of it. */
export const SAME_PLACE = -1

/** Where a part sits in a value: `result.items[3].callback`. That of a deep value keeps both ends. */
export function formatPath(root: string, steps: readonly PathStep[]): string {
  return pathOf(root, steps.map(formatStep))
}

function formatStep(step: PathStep): string {
  if (typeof step === 'string') return propertySegment(step)
  if (step === SAME_PLACE) return ''
  if (step >= KEYS_STEP) return `.keys()[${step - KEYS_STEP}]`
  if (step >= VALUES_STEP) return `.values()[${step - VALUES_STEP}]`
  return `[${step}]`
}

/** The error for a part that cannot be stored. */
export function unserializable(path: string, reason: string, cause?: unknown): EngramError {
  const details = cause === undefined ? { path } : { path, cause }
  return new EngramError('ERR_UNSERIALIZABLE', `${path} cannot be stored: ${reason}`, details)
}

/** Thrown inside the encoder, where the path is not at hand. */
export class Refusal extends Error {}
