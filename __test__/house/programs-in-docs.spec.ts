import test from 'ava'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { environment } from '../kit/environment.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const project = new URL('../..', import.meta.url)
const engram = new URL('index.ts', project).href

/** Where a document's program finds what it imports: this checkout in place of the package. */
function placeOf(name: string): string {
  const [, part] = /^engram\/(\w+)$/.exec(name) ?? []
  if (part !== undefined) return new URL(`src/${part}/index.ts`, project).href
  return name === 'engram' ? engram : name
}

/** Without a network, and without long waits. */
const OFFLINE = [
  ['https://example.org', 'http://127.0.0.1:9'],
  ["base: '1s'", "base: '1ms'"],
  ['timeout(3_600_000)', 'timeout(300)'],
] as const

/** The blocks of TypeScript in a document, one after the other: together they are a program. Some are files beside it. */
function programIn(document: string): { program: string; blocks: number; files: [name: string, text: string][] } {
  const text = readFileSync(new URL(document, project), 'utf8')
  const all = Array.from(text.matchAll(/^```ts\n(.*?)^```/gms), ([, block]) => block!)
  const files = all.flatMap((block): [string, string][] => {
    const name = /^\/\/ (\S+\.ts)$/m.exec(block)?.[1]
    return name === undefined ? [] : [[name, block.replace(`'engram'`, `'${engram}'`)]]
  })
  const blocks = all.filter((block) => !/^\/\/ \S+\.ts$/m.test(block))
  const imports = new Map<string, Set<string>>()
  const bodies = blocks.map((block) =>
    block.replaceAll(/^import \{ (.*) \} from '(.*)'$/gm, (_, names: string, from: string) => {
      const known = imports.get(from) ?? imports.set(from, new Set()).get(from)!
      for (const name of names.split(', ')) known.add(name)
      return ''
    }),
  )
  const heads = Array.from(imports, ([from, names]) => `import { ${[...names].join(', ')} } from '${placeOf(from)}'`)
  const said = bodies.map((body, at) => `${body}\nconsole.log('block ${at} is over')`)
  const program = OFFLINE.reduce((whole, [from, to]) => whole.replaceAll(from, to), [...heads, ...said].join('\n'))
  return { program, blocks: blocks.length, files }
}

const ROWS = [
  { product: 'lamp', price: 54 },
  { product: 'rug', price: -1 },
  { product: 'vase', price: 32 },
]

for (const document of [
  'README.md',
  'docs/reference.md',
  'docs/errors.md',
  'docs/durability.md',
  'docs/from-joblib.md',
  'docs/pipelines.md',
  'docs/from-flowyml.md',
  'docs/tasks.md',
  'docs/from-flyte.md',
  'docs/works.md',
  'docs/from-lightning.md',
]) {
  test(`the blocks of ${document} are a program that runs`, async (t) => {
    const directory = temporaryDirectory(t)
    const { program, blocks, files } = programIn(document)
    writeFileSync(join(directory, 'package.json'), '{ "name": "docs", "type": "module" }')
    writeFileSync(join(directory, 'rows.json'), JSON.stringify(ROWS))
    for (const [name, text] of [...files, ['program.ts', program]] as const) writeFileSync(join(directory, name), text)
    const tsx = new URL('node_modules/tsx/dist/loader.mjs', project).href
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [`--import=${tsx}`, 'program.ts'], {
      cwd: directory,
      env: { ...environment(), ENGRAM_LOCAL_CACHE: join(directory, 'local-cache') },
    })
    t.true(blocks > 0)
    t.deepEqual(
      Array.from(stdout.matchAll(/^block (\d+) is over$/gm), ([, at]) => Number(at)),
      Array.from({ length: blocks }, (_, at) => at),
    )
    t.notRegex(stderr, /EngramWarning/)
  })
}
