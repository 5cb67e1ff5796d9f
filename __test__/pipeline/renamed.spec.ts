// Under tsx a parameter gets digits after its name where a variable of the module has the same name. `ignore` did not know such names
// then, and what was bound by them was not found. (This file must not have a name with digits.)
import test from 'ava'
import { Pipeline, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

const rows = [1, 2]
const options = { verbose: true }

test('arguments are ignored and explained by the names of the source', (t) => {
  const memory = openMemory(t)
  const load = memory.cache(
    function load(path: string, options: { verbose: boolean }, rows: number[]) {
      return [path, options.verbose, rows]
    },
    { ignore: ['options'] },
  )
  load('a', options, rows)
  t.true(load.has('a', { verbose: false }, rows))
  t.is(load.explain('a', options, [1, 2, 3]).changed[0]?.name, 'rows.length')
})

test('parameters are wired by the names of the source', async (t) => {
  const memory = openMemory(t)
  const result = await new Pipeline('wired', { memory })
    .addStep(
      step(function total(rows: number[]) {
        return rows.length
      }),
    )
    .run({ inputs: { rows } })
  t.is(result.outputs.total, 2)
  t.deepEqual(
    result.stepResults['total']!.inputs.map(({ name }) => name),
    ['rows'],
  )
})
