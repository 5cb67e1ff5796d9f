import { quoted, shortened } from '../words/phrase.ts'
import { attachedNames, enumerableSymbols } from './attached.ts'
import type { ObjectKind } from './own-classes.ts'
import { Refusal } from './path.ts'

/** A property named by a symbol cannot be found again in another process. */
export function refuseSymbols(object: object): void {
  const symbol = enumerableSymbols(object)?.[0]
  if (symbol !== undefined)
    throw new Refusal(`it has the symbol key ${shortened(String(symbol))}. Use a string key, or register its class.`)
}

/** Of these, what somebody put on one is looked for. What the classes of the web have under symbols is Node's own. */
const BARE = new Set<ObjectKind>([
  'Map',
  'Set',
  'Date',
  'RegExp',
  'Boxed',
  'URL',
  'URLSearchParams',
  'ArrayBuffer',
  'SharedArrayBuffer',
])
const WEB = new Set<ObjectKind>(['Headers', 'FormData', 'Blob', 'File'])

/** What somebody put on an object of a type that has no properties would be missing in what is read again. */
export function refuseAttached(object: object, kind: ObjectKind | undefined): void {
  if (kind === undefined || !(BARE.has(kind) || WEB.has(kind))) return
  if (BARE.has(kind)) refuseSymbols(object)
  // Node 22 itself puts a constructor on what `blob.slice()` gives.
  const name = attachedNames(object).find((one) => one !== 'constructor' || !WEB.has(kind))
  if (name === undefined) return
  const type = kind === 'Boxed' ? 'a boxed value' : `a ${kind}`
  throw new Refusal(
    `it is ${type} with a property ${shortened(quoted(name))} put on it. Return that beside it, in an object.`,
  )
}
