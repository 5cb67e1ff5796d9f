import { type Case, HEAD, functionOf } from '../program.ts'
import { globals } from './globals.ts'
import { libraries } from './libraries.ts'

/** Mocks, each reached by a function that captured it or names it. */
export const mocks: readonly Case[] = [...libraries, ...globals].map(
  ({ name, imports = '', set, sides, use, restore }) => ({
    name,
    uses: ['reached'],
    side: (which) => ({
      name,
      files: {
        'main.mjs': `${HEAD}
${imports}
${set(sides[which])}
const reached = memory.cache(${functionOf('reached()', `return ${use}`)})
export const uses = { plain: ${functionOf('plain()', `return ${use}`)}, reached: () => reached() }
export const restore = () => { ${restore} }
`,
      },
    }),
  }),
)
