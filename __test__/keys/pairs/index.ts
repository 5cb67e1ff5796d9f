import type { Pair } from '../pairs.ts'
import { changes } from './changes.ts'
import { classes } from './classes.ts'
import { closures } from './closures.ts'
import { content } from './content.ts'
import { helpers } from './helpers.ts'
import { names } from './names.ts'
import { options } from './options.ts'
import { state } from './state.ts'
import { syntax, types } from './syntax.ts'
import { text } from './text.ts'
import { values } from './values.ts'

/** The corpus. */
export const pairs: readonly Pair[] = [
  text,
  syntax,
  types,
  names,
  values,
  content,
  closures,
  helpers,
  classes,
  state,
  changes,
  options,
].flat()
