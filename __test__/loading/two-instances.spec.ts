// A test runner that resets modules loads the package anew in the same thread. The core reads the arguments of a call, and leaves
// what it finds, in memory that the package gives it: that of the instance which was loaded last, or called within another call.
// The other one read what it had from before: hits were misses, with a warning of a damaged entry.
import test from 'ava'
import { join } from 'node:path'
import { folderWithEngram, saidBy } from '../kit/installed.ts'

const PROGRAM = `
const file = require.resolve('engram')
const fresh = () => {
  for (const one of Object.keys(require.cache)) delete require.cache[one]
  globalThis[Symbol.for('engram: what ran from bytecode')]?.clear()
  return require(file)
}
const warnings = []
process.on('warning', ({ code }) => warnings.push(code))
let runs = 0
const [first, second] = [fresh(), fresh()].map(({ Memory }) => {
  const memory = new Memory({ location: process.env.STORE })
  const rows = memory.cache((n) => ({ n, text: 'row ' + n, runs: (runs++, n) }), { name: 'rows' })
  const many = memory.cache((list) => list.map(({ n }) => n), { name: 'many' })
  return { Memory, rows, many }
})
if (first.Memory === second.Memory) throw new Error('there is one instance')
const wrong = []
const check = (found, n) => { if (found.n !== n || found.text !== 'row ' + n || found.runs !== n) wrong.push([n, found]) }
for (let n = 0; n < 100; n++) check(first.rows(n), n)
for (let turn = 0; turn < 300; turn++) {
  const n = (turn * 7) % 100
  check((turn % 3 === 0 ? second : first).rows(n), n)
  if (first.rows.lookup(n).status !== 'hit' || second.rows.lookup(n).status !== 'hit') wrong.push(['miss', n])
}
// Within a call of one, arguments that call the other.
const nested = (n) => ({ get n() { return second.rows(n).n } })
for (let n = 0; n < 20; n++) {
  const [one, two] = first.many([nested(n), nested(n + 1)])
  if (one !== n || two !== n + 1) wrong.push([one, two])
  if (first.many.lookup([nested(n), nested(n + 1)]).status !== 'hit') wrong.push(['nested miss', n])
}
setImmediate(() => console.log(JSON.stringify({ runs, wrong: wrong.slice(0, 3), warnings })))
`

test('two instances of the package in one thread each find their own', async (t) => {
  const folder = folderWithEngram(t, { 'run.cjs': PROGRAM })
  t.is(
    await saidBy(folder, ['run.cjs'], { STORE: join(folder, 'store') }),
    JSON.stringify({ runs: 100, wrong: [], warnings: [] }),
  )
})
