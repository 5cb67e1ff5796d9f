import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

const modules = 5
const helpersEach = 4
const first: readonly Entrant[] = [
  { name: '20 helpers in 5 modules', contestant: 'engram', settings: { wrap: 'reaching' } },
  { name: 'nothing captured', contestant: 'engram', settings: { wrap: 'alone' } },
]
const hits: readonly Entrant[] = [{ name: 'engram', contestant: 'engram' }]

/** What it costs that captured values and helpers are in the keys. */
export const fingerprint: Work = {
  id: 'fingerprint',
  measure: async (bench) => {
    const source = await written(bench)
    const task = async () => ({ dir: await bench.directory('fingerprint'), source })
    const keyed = await bench.contest({ child: 'fingerprint-first.mjs', entrants: first, rounds: 15, task })
    const hit = await bench.contest({ child: 'fingerprint-hit.mjs', entrants: hits, rounds: 15, task })
    return [firstRow(keyed), hitRow(hit)]
  },
}

/** A program whose function reaches helpers in several modules, each of which captured a constant. */
async function written(bench: Bench): Promise<string> {
  const folder = await bench.directory('program')
  await writeFile(join(folder, 'package.json'), '{ "name": "program", "type": "module" }')
  for (let number = 0; number < modules; number++) {
    const names = helpersOf(number)
    const next = number + 1 < modules ? helpersOf(number + 1) : []
    const imports = next.length > 0 ? `import { ${next.join(', ')} } from './module-${number + 1}.js'\n` : ''
    const helpers = names.map((name, index) => {
      const inner = next.length > 0 ? `${next[index]}(n)` : 'n'
      return `const factor${index} = ${index + 1}\nexport function ${name}(n) {\n  return ${inner} * factor${index}\n}\n`
    })
    await writeFile(join(folder, `module-${number}.js`), imports + helpers.join(''))
  }
  const [a, b, c, d] = helpersOf(0)
  await writeFile(
    join(folder, 'main.js'),
    `import { ${helpersOf(0).join(', ')} } from './module-0.js'
const scale = 2
export const reaching = (memory) => memory.cache((n) => (${a}(n) + ${b}(n) + ${c}(n) + ${d}(n)) * scale, { name: 'reaching' })
export const alone = (memory) => memory.cache((n) => n * 48, { name: 'alone' })
`,
  )
  return join(folder, 'main.js')
}

function helpersOf(number: number): string[] {
  return Array.from({ length: helpersEach }, (_, index) => `helper${number}of${index}`)
}

function firstRow(outcomes: Outcomes): Row {
  const found = lines(outcomes, 'figure')
  const reached = new Standing(found).of('20 helpers in 5 modules')
  return {
    title: 'First key of a function, in a new process',
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [{ label: 'ms', reached, atLeast: 15, sense: 'below' }],
    note: 'Modules, package and store are there; the function is read, its helpers are found and read, and their constants.',
  }
}

function hitRow(outcomes: Outcomes): Row {
  const [capturing, alone] = ['capturing', 'alone'].map((figure) => ({ ...lines(outcomes, figure)[0]!, name: figure }))
  const [more, less] = [capturing?.value, alone?.value]
  return {
    title: 'Hits of a function that captured constants and helpers, and of one that did not',
    unit: 'k/s',
    rises: true,
    lines: [
      { ...capturing!, name: '20 helpers in 5 modules' },
      { ...alone!, name: 'nothing captured' },
    ],
    targets: [
      {
        label: '× the time of a hit of one that captured nothing',
        reached: more === undefined || less === undefined ? undefined : less / more,
        atLeast: 1.05,
        sense: 'below',
      },
    ],
    note: 'Both in one process, by turns.',
  }
}
