import { Fingerprints } from '../../src/fingerprint/fingerprint.ts'
import type { DigestView, KeyContext } from '../../src/key/encoder.ts'
import { KeyFailure } from '../../src/key/failure.ts'
import { digestView } from '../../src/native/binding.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'

/** What keys are made with where no function has a form. */
export function plainKeyContext(types = new TypeRegistry(), digest: DigestView = digestView): KeyContext {
  return { ...new Fingerprints(types).keys, digestView: digest, formOfFunction: refuseFunction }
}

function refuseFunction(): never {
  throw new KeyFailure('functions have no form here.')
}
