import { USE } from '../native/binding.ts'

/** Uses for which a value counts. */
export const VALUED = USE.read | USE.called | USE.escapes
/** Uses that change what an object holds. */
export const MUTATED = USE.mutated | USE.mutatingCall
/** Uses after which a variable or member may be, or hold, something else. */
export const CHANGED = USE.assigned | MUTATED
