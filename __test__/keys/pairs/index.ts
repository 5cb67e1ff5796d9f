import type { Pair } from '../pairs.ts'
import { changes } from './changes.ts'
import { classes } from './classes.ts'
import { closures } from './closures.ts'
import { content } from './content.ts'
import { families } from './families.ts'
import { helpers } from './helpers.ts'
import { makers } from './makers.ts'
import { modules } from './modules.ts'
import { names } from './names.ts'
import { options } from './options.ts'
import { state } from './state.ts'
import { syntax, types } from './syntax.ts'
import { text } from './text.ts'
import { values } from './values.ts'
import { world } from './world.ts'

/** The corpus. */
export const pairs: readonly Pair[] = [
  text,
  syntax,
  types,
  names,
  values,
  content,
  closures,
  makers,
  helpers,
  modules,
  classes,
  families,
  state,
  changes,
  world,
  options,
].flat()
