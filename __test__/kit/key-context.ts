import type { KeyContext } from '../../src/key/encoder.ts'
import { digestView } from '../../src/native/binding.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'

/** What keys are made with where no class is registered and no function has a form. */
export function plainKeyContext(): KeyContext {
  return { types: new TypeRegistry(), digestView, formOfFunction: () => undefined }
}
