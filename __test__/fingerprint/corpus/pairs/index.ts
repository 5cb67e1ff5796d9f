import { calls } from './calls.ts'
import { changes } from './changes.ts'
import { classes } from './classes.ts'
import { closures } from './closures.ts'
import { content } from './content.ts'
import { families } from './families.ts'
import { helpers } from './helpers.ts'
import { makers } from './makers.ts'
import { methods } from './methods.ts'
import { modules } from './modules.ts'
import { names } from './names.ts'
import { options } from './options.ts'
import type { Pair } from './pair.ts'
import { settings } from './settings.ts'
import { state } from './state.ts'
import { syntax, types } from './syntax.ts'
import { text } from './text.ts'
import { values } from './values.ts'
import { world } from './world.ts'
import { wrappers } from './wrappers.ts'

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
  settings,
  wrappers,
  classes,
  families,
  methods,
  state,
  changes,
  world,
  options,
  calls,
].flat()
