/**
 * Classes whose instances are their own properties and nothing else, as far as their code and their prototypes show.
 */
import { builtinName } from '../value/builtin-class.ts'
import { PlainCodec } from '../value/plain-codec.ts'
import { assertRegistrable } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import { hasPrivateName } from '../words/identifier.ts'
import { classOf } from './class-chain.ts'
import { factsOf, isInspectorMissing, isNative, readingOf } from './facts.ts'
import { keepersOf } from './keepers.ts'

/** Strings without code in them, as the normal form has them. */
const STRINGS = /`(?:[^`\\$]|\\.|\$(?!\{))*`/gs

/**
 * The codec of such a class, by the class's name.
 *
 * @throws EngramError ERR_INVALID_OPTION for what is no class of a program, and for a class that shows that its instances
 * are more.
 */
export function plainCodecOf(type: Function): PlainCodec {
  assertRegistrable(type)
  const prototype = type.prototype as object
  if (type.name === '') throw notPlain('A class without a name', 'nothing tells it from others')
  const reason = reasonAgainst(prototype)
  if (reason !== undefined) throw notPlain(type.name, reason)
  return new PlainCodec(type.name, prototype)
}

/** Why instances with this prototype may be more than their own properties. */
function reasonAgainst(prototype: object): string | undefined {
  const classes: Function[] = []
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (builtinName(one) === 'Object') break
    const owner = classOf(one)
    if (owner === undefined) return 'it inherits from an object that belongs to no class'
    if (isNative(owner)) return `it extends ${owner.name}, whose content is not in properties`
    const accessor = accessorIn(one)
    if (accessor !== undefined) return `it has the accessor ${accessor}`
    classes.push(owner)
  }
  return reasonInCode(classes)
}

function accessorIn(prototype: object): string | undefined {
  const key = Reflect.ownKeys(prototype).find((one) => !('value' in Object.getOwnPropertyDescriptor(prototype, one)!))
  return key === undefined ? undefined : String(key)
}

function reasonInCode(classes: readonly Function[]): string | undefined {
  for (const { fn, stamp } of factsOf(classes, false, undefined)) {
    if (stamp?.[0] === 'builtin') return `it extends ${fn.name} of Node, whose state cannot be seen`
    const reading = readingOf(fn)
    if (typeof reading === 'string') return `the code of ${fn.name} cannot be read`
    if (reading.hiddenFields.length > 0 || hasPrivateName(reading.normalForm.replace(STRINGS, '')))
      return `${fn.name} has private fields or methods`
    if (isInspectorMissing() && reading.freeVariables.length > 0)
      return 'this runtime has no inspector, so it cannot be seen where its instances keep their state'
  }
  const [keeper] = keepersOf(classes).keys()
  return keeper === undefined ? undefined : `${keeper} keeps state of its instances`
}

function notPlain(name: string, reason: string): EngramError {
  return new EngramError(
    'ERR_INVALID_OPTION',
    `${name} cannot be registered without a codec: ${reason}. Use register(Class, { name, encode, decode }).`,
  )
}
