import type { Parameter } from '../function/parameters.ts'
import { GivenHash } from '../key/stand-in.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'

type Inputs = (args: readonly unknown[]) => readonly unknown[]
type Hash = (value: any) => string

/**
 * What the option `hash` makes of the arguments: in place of one, the string that stands for it. The arguments of a rest
 * parameter are given to its function one by one.
 *
 * @throws EngramError ERR_UNKNOWN_PARAMETER, ERR_INVALID_OPTION
 */
export function compileHash(
  parameters: readonly Parameter[] | undefined,
  hash: Readonly<Record<string, Hash>>,
  functionName: string,
): Inputs | undefined {
  const methods = Object.entries(hash).map(([name, method]) => {
    if (typeof method !== 'function')
      throw new EngramError('ERR_INVALID_OPTION', `The option 'hash' needs a function for '${name}'.`)
    return [positionOf(parameters, name, functionName), method] as const
  })
  if (methods.length === 0) return undefined
  return (args) => {
    const counted = [...args]
    for (const [{ position, isRest }, method] of methods) {
      const end = isRest ? counted.length : Math.min(position + 1, counted.length)
      for (let at = position; at < end; at++) counted[at] = hashed(method, counted[at], functionName)
    }
    return counted
  }
}

function positionOf(parameters: readonly Parameter[] | undefined, name: string, functionName: string) {
  const position = parameters?.findLastIndex((parameter) => parameter.name === name) ?? -1
  if (position >= 0) return { position, isRest: parameters?.[position]?.rest === true }
  const fix = 'Correct the name, or name the parameters with the option params.'
  throw new EngramError('ERR_UNKNOWN_PARAMETER', `hash: ${functionName} has no parameter '${name}'. ${fix}`)
}

function hashed(method: Hash, value: unknown, functionName: string): unknown {
  // As if absent, like the argument itself.
  if (value === undefined) return undefined
  let text: unknown
  try {
    text = method(value)
  } catch (cause) {
    throw new EngramError('ERR_INVALID_OPTION', `A hash function of ${functionName} threw: ${wordsOf(cause)}`, {
      cause,
    })
  }
  if (typeof text === 'string') return new GivenHash(text)
  throw new EngramError('ERR_INVALID_OPTION', `A hash function of ${functionName} must return a string.`)
}
