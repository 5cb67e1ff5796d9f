// docs/reference.md has each option that the sources take, and each member that a program may call.
import test from 'ava'
import { readFileSync } from 'node:fs'

const project = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, project), 'utf8')
const reference = read('docs/reference.md')

/** The text below a heading, up to the next one of its rank or above. */
function section(heading: string): string {
  const [, text = ''] = new RegExp(`^## ${heading}$(.*?)(?=^## |(?![^]))`, 'ms').exec(reference) ?? []
  return text
}

/** Names of the fields of an interface. */
function fieldsOf(file: string, name: string): string[] {
  const [, body = ''] =
    new RegExp(`^export (?:interface|type) ${name}\\b[^{]*?\\{\\n(.*?)^\\}`, 'ms').exec(read(file)) ?? []
  return Array.from(body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm), ([, field]) => field!)
}

const places: readonly (readonly [heading: string, file: string, name: string])[] = [
  ['A cached function', 'src/call/cached-function.ts', 'CachedFunction'],
  ['Options of a memory', 'src/option/memory-options.ts', 'MemoryOptions'],
  ['Options of a memory', 'src/option/limits.ts', 'Limits'],
  ['Options of a cached function', 'src/option/cache-options.ts', 'CacheOptions'],
  ['A memory', 'src/option/entry-filter.ts', 'EntryFilter'],
  ['A memory', 'src/option/verify-options.ts', 'VerifyOptions'],
  ['Why a call would run', 'src/report/explanation.ts', 'Explanation'],
  ['Events', 'src/report/call-event.ts', 'CallEvent'],
  ['Statistics', 'src/report/function-stats.ts', 'FunctionStats'],
  ['Statistics', 'src/report/function-stats.ts', 'CallSums'],
  ['Statistics', 'src/report/memory-stats.ts', 'MemoryStats'],
  ['Facts of an entry', 'src/report/entry-info.ts', 'EntryInfo'],
  ['Options of steps and pipelines', 'src/pipeline/step-types.ts', 'StepOptions'],
  ['Options of steps and pipelines', 'src/pipeline/options.ts', 'PipelineOptions'],
  ['Options of steps and pipelines', 'src/pipeline/options.ts', 'PipelineRunOptions'],
  ['Options of steps and pipelines', 'src/run/settings.ts', 'RunOptions'],
  ['Options of steps and pipelines', 'src/pipeline/map-options.ts', 'MapOptions'],
  ['Options of steps and pipelines', 'src/run/retry.ts', 'RetryOptions'],
  ['Options of steps and pipelines', 'src/run/retry.ts', 'Backoff'],
  ['Options of steps and pipelines', 'src/threads/index.ts', 'ThreadsOptions'],
  ['Options of tasks and workflows', 'src/task/task-types.ts', 'TaskOptions'],
  ['Options of tasks and workflows', 'src/task/task-types.ts', 'CacheSpec'],
  ['Options of tasks and workflows', 'src/task/task-types.ts', 'MapTaskOptions'],
  ['Options of tasks and workflows', 'src/task/definition.ts', 'WorkflowOptions'],
  ['Options of tasks and workflows', 'src/task/run-context.ts', 'RunContextOptions'],
  ['Options of works and apps', 'src/work/options.ts', 'WorkOptions'],
  ['Options of works and apps', 'src/work/app.ts', 'AppOptions'],
  ['Options of works and apps', 'src/work/drive.ts', 'DriveOptions'],
]

for (const [heading, file, name] of places) {
  test(`'${heading}' has each field of ${name}`, (t) => {
    const fields = fieldsOf(file, name)
    t.true(fields.length > 0)
    const text = section(heading)
    t.deepEqual(
      fields.filter((field) => !new RegExp(`\`[^\`\n]*\\b${field}\\b[^\`\n]*\``).test(text)),
      [],
    )
  })
}

test("'A memory' has each method of Memory", (t) => {
  const [, body = ''] = /^export class Memory .*?\{\n(.*?)^\}/ms.exec(read('src/memory/memory.ts')) ?? []
  const methods = Array.from(body.matchAll(/^ {2}(?:async )?([a-z]\w*)(?:<.*?>)?\(.*[{;]$/gm), ([, method]) => method!)
  t.true(methods.length > 15)
  const text = section('A memory')
  const missing = methods.filter(
    (method) => method !== 'constructor' && !new RegExp(`\\b${method}\\(|\`${method}\``).test(text),
  )
  t.deepEqual(missing, [])
})
