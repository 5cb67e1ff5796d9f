/**
 * What a function can tell of a call beside the values of its arguments.
 */
import { nameOf, textOf } from '../function/text.ts'
import { parametersOf } from '../native/binding.ts'
import { isClass } from './captured-value.ts'
import { isNative, readingOf } from './facts.ts'

// To parse a text takes longer than to see that it has no such word.
const RECEIVER = /\bthis\b|\bsuper\b/
const ARGUMENTS = /\barguments\b|\.\.\.|\beval\b|\\u/

/** Whether it matters on what a function is called: its text uses `this` or `super`, or cannot be read. */
export function usesReceiver(fn: Function): boolean {
  const text = textOf(fn)
  // A bound function has its `this` in it.
  if (isNative(fn)) return !nameOf(fn).startsWith('bound ')
  if (!RECEIVER.test(text) || isClass(text)) return false
  const reading = readingOf(fn)
  if (typeof reading === 'string') return true
  const { features } = reading
  // That of an arrow function is its surroundings'.
  if (features.includes('CapturedThis') || features.includes('CapturedSuper')) return false
  return reading.this.length > 0 || features.includes('Super')
}

/** Whether it can tell an argument that is undefined from none: by `arguments`, by a rest parameter, or nobody knows how. */
export function countsArguments(fn: Function): boolean {
  if (isNative(fn)) return true
  const text = textOf(fn)
  if (!ARGUMENTS.test(text)) return false
  const reading = readingOf(fn)
  if (typeof reading === 'string') return true
  if (reading.features.includes('Arguments') || reading.features.includes('Unknowable')) return true
  return parametersOf(text)?.at(-1)?.rest === true
}
