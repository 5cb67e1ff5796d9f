import type { Case } from '../program.ts'
import { classes, modules } from './classes.ts'
import { functions } from './functions.ts'
import { type Shape, filesOf, subjects } from './shape.ts'
import { variables } from './variables.ts'

const all: readonly Shape[] = [variables, functions, classes, modules].flat()

/** Every way in which an instance reaches a function, each with every subject. */
export const shapes: readonly (readonly Case[])[] = all.map((shape) =>
  subjects
    .filter(({ name }) => shape.only === undefined || shape.only.includes(name))
    .map((subject) => {
      const name = `${shape.about}: ${subject.name}`
      return { name, uses: ['reached'], side: (which: 0 | 1) => ({ name, files: filesOf(shape, subject, which) }) }
    }),
)
