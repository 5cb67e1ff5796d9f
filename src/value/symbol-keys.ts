import { shortened } from '../words/phrase.ts'
import { Refusal } from './path.ts'

/** A property named by a symbol cannot be found again in another process. */
export function refuseSymbols(object: object): void {
  for (const symbol of Object.getOwnPropertySymbols(object)) {
    if (Object.prototype.propertyIsEnumerable.call(object, symbol)) {
      throw new Refusal(`it has the symbol key ${shortened(String(symbol))}. Use a string key, or register its class.`)
    }
  }
}
