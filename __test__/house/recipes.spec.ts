// The recipes of docs/guide.md: each is a file of examples/recipes, shown as it is, and does what the guide says.
import test, { type ExecutionContext } from 'ava'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, readdirSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { environment } from '../kit/environment.ts'
import { blobsIn, filesIn, put } from '../kit/files.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'

const recipes = new URL('../../examples/recipes/', import.meta.url)
const guide = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8')

function recipe(name: string): string {
  return readFileSync(new URL(name, recipes), 'utf8')
}

/** A recipe in a folder of its own, with what it reads. */
function program(t: ExecutionContext, name: string, files: Readonly<Record<string, string>> = {}): UserProgram {
  const user = new UserProgram(t, recipe(name), name)
  for (const [file, content] of Object.entries(files)) put(user.directory, file, content)
  return user
}

/** What a recipe prints, which the guide shows where it is not told otherwise. */
async function printed(t: ExecutionContext, user: UserProgram, isShown = true): Promise<string> {
  const { code, stdout, stderr } = await user.said()
  t.is(code, 0, stderr)
  t.is(stderr, '')
  if (isShown) t.true(guide.includes(stdout), `the guide does not show:\n${stdout}`)
  return stdout
}

test('the guide shows each recipe as its file is', (t) => {
  const shown = Array.from(
    guide.matchAll(/^\[recipes\/(\S+)\]\(\.\.\/examples\/recipes\/\1\)\n\n```\w+\n(.*?)^```$/gms),
    ([, name, block]) => [name!, block!] as const,
  )
  t.deepEqual(shown.map(([name]) => name).toSorted(), readdirSync(recipes).toSorted())
  for (const [name, block] of shown) t.is(block, recipe(name), name)
})

test('a slow script', async (t) => {
  const orders = ['2024-05-01,12', '2024-05-02,5', '2024-06-01,30']
  const user = program(t, 'slow-script.ts', { 'orders.csv': orders.join('\n') })
  t.regex(await printed(t, user, false), /^miss\n/)
  t.regex(await printed(t, user), /^hit\n/)
  user.edit('MINIMUM = 10', 'MINIMUM = 4')
  t.is(await printed(t, user), "miss\n  capture MINIMUM: 10 → 4\n{ '2024-05': 17, '2024-06': 30 }\n")
  put(user.directory, 'orders.csv', orders.slice(1).join('\n'))
  t.regex(await printed(t, user, false), /^miss\n {2}argument orders: file .* → file /)
})

test('language models and other web calls', async (t) => {
  const asked: string[] = []
  let isBusy = true
  const server = createServer(async (request, response) => {
    const { prompt } = JSON.parse(await text(request)) as { prompt: string }
    asked.push(`${request.headers.authorization} ${prompt}`)
    response.writeHead(isBusy ? 503 : 200).end(JSON.stringify({ text: `Answer to: ${prompt}` }))
  })
  const user = program(t, 'web-calls.ts')
  user.env['MODEL_URL'] = await addressOf(t, server)
  user.env['MODEL_KEY'] = 'first'
  t.not((await user.said()).code, 0)

  isBusy = false
  asked.length = 0
  t.regex(await printed(t, user), /2 asked, 1 shared, 0 found/)
  t.deepEqual(asked.toSorted(), ['Bearer first What is a cache?', 'Bearer first What is a key?'])
  user.env['MODEL_KEY'] = 'second'
  t.regex(await printed(t, user), /0 asked, 0 shared, 3 found/)
  t.is(asked.length, 2)
})

async function addressOf(t: ExecutionContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a worker pool', async (t) => {
  const user = program(t, 'worker-pool.mjs')
  t.regex(await printed(t, user), /\n3 runs for 6 calls\n/)
  t.regex(await printed(t, user), /\n0 runs for 6 calls\n/)
})

test('test suites', async (t) => {
  const user = program(t, 'suite.test.ts')
  const tests = spawn(process.execPath, ['--import=tsx', '--test', 'suite.test.ts'], {
    cwd: user.directory,
    env: { ...environment(), NODE_TEST_CONTEXT: undefined },
  })
  const { code, stdout, stderr } = await saidBy(tests)
  t.is(code, 0, stdout + stderr)
  t.regex(stdout, /pass 3$/m)
})

test('CI with a restored cache directory', async (t) => {
  const pages = { 'pages/a.md': 'one two three', 'pages/b.md': 'four five' }
  const first = program(t, 'ci.ts', pages)
  t.is(await printed(t, first), '5 words in 2 pages: 0 found, 2 counted\n')
  // Another machine: another folder, with the directory that the first one left.
  const second = program(t, 'ci.ts', { ...pages, 'pages/c.md': 'six' })
  cpSync(join(first.directory, '.engram'), join(second.directory, '.engram'), { recursive: true })
  t.is(await printed(t, second), '6 words in 3 pages: 2 found, 1 counted\n')
})

test('notebooks and the REPL', async (t) => {
  const user = program(t, 'repl.cjs')
  put(user.directory, 'node_modules/engram/index.cjs', `module.exports = require(${JSON.stringify(builtPackage)})`)
  put(user.directory, 'node_modules/engram/package.json', JSON.stringify({ name: 'engram', main: 'index.cjs' }))
  const said = async () => {
    const repl = spawn(process.execPath, ['-i'], { cwd: user.directory, env: environment() })
    repl.stdin.end(recipe('repl.cjs'))
    const { stdout } = await saidBy(repl)
    return stdout.split('\n').flatMap((line) => /^(?:> )*(\d.*|\[.*)$/.exec(line)?.[1] ?? [])
  }
  const changed = "[ { part: 'capture', name: 'factor', before: '3', now: '4' } ]"
  t.deepEqual(await said(), ['42 0', '42 1', '4', changed, '56'])
  t.deepEqual(await said(), ['42 2', '42 3', '4', '[]', '56'])
  t.true(guide.includes(changed))
})

const builtPackage = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url))

test('watching files', async (t) => {
  const user = program(t, 'watch.ts', { 'index.txt': 'Welcome', 'about.txt': 'Us' })
  const watching = user.start([], 'tsx')
  t.teardown(() => watching.kill('SIGKILL'))
  const lines = linesOf(watching)
  t.is(await lines.next(), 'render: ran, render-2: ran, publish: ran')
  put(user.directory, 'about.txt', 'All of us')
  t.is(await lines.next(), 'render: hit, render-2: ran, publish: ran')
  t.is(readFileSync(join(user.directory, 'site.html'), 'utf8'), '<p>Welcome</p>\n<p>All of us</p>')
  t.true(guide.includes('render: hit, render-2: ran, publish: ran'))
  watching.kill('SIGINT')
  t.deepEqual(await once(watching, 'close'), [0, null])
})

/** What a program writes, line by line. Rejects where it ends before it has written one. */
function linesOf(child: ChildProcess) {
  let written = ''
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (written += more))
  const ended = once(child, 'close').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)))
  ended.catch(() => {})
  return {
    async next(): Promise<string> {
      while (!written.includes('\n')) await Promise.race([once(child.stdout!, 'data'), ended])
      const [line = ''] = written.split('\n', 1)
      written = written.slice(line.length + 1)
      return line
    },
  }
}

test('large arrays', async (t) => {
  const user = program(t, 'large-arrays.ts')
  const first = await printed(t, user)
  t.regex(first, /changed here 0, stored 0\.\d*[1-9]/)
  t.is(await printed(t, user), first)
  t.is(blobsIn(join(user.directory, '.engram')).length, 1)
})

test('pipelines', async (t) => {
  const orders = [
    { product: 'lamp', dollars: 50 },
    { product: 'rug', dollars: -1 },
    { product: 'vase', dollars: 30 },
  ]
  const user = program(t, 'pipeline.ts', { 'orders.json': JSON.stringify(orders) })
  const statuses = (said: string) =>
    Array.from(said.matchAll(/^(load|clean|revenue) +(\w+)/gm), ([, , status]) => status)
  const first = await printed(t, user, false)
  t.deepEqual(statuses(first), ['miss', 'unknown', 'unknown'])
  t.regex(first, /^73\.60 euros$/m)
  user.env['RATE'] = '1'
  const second = await printed(t, user, false)
  t.deepEqual(statuses(second), ['hit', 'hit', 'miss'])
  t.regex(second, /^80\.00 euros$/m)
  t.true(timeless(guide).includes(timeless(second)), second)
})

/** A table without its times, which differ, and without the room that they take. */
function timeless(table: string): string {
  return table.replaceAll(/[\d.]+ (?:µs|ms|s)\b/g, 'a while').replaceAll(/ +/g, ' ')
}

test('secrets that should not be stored', async (t) => {
  const user = program(t, 'secrets.ts')
  user.env['ACCOUNT_TOKEN'] = 'first-token'
  t.regex(await printed(t, user, false), /\n0 found\n/)
  user.env['ACCOUNT_TOKEN'] = 'second-token'
  t.regex(await printed(t, user), /\n1 found\n/)
  const kept = () => contentOf(join(user.directory, '.engram'))
  t.false(/first-token|second-token|DE00|session-/.test(kept()))

  // Had it not been left out, it would be there.
  user.edit("ignore: ['token']", '')
  user.edit('explainValues: false', 'explainValues: true')
  user.env['ACCOUNT_TOKEN'] = 'third-token'
  await user.said()
  t.true(kept().includes('third-token'))
})

function contentOf(directory: string): string {
  return filesIn(directory)
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n')
}
