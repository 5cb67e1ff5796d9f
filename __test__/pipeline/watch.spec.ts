import test from 'ava'
import { type ExecutionContext } from 'ava'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileRef, type Pipeline, type PipelineRunOptions, fileOf, step } from '../../index.ts'
import { eventually, within } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

/** A directory beside the store, so that what the store does is no sign. */
function filesOf(t: ExecutionContext): string {
  const directory = join(temporaryDirectory(t), 'data')
  mkdirSync(directory)
  return directory
}

function read(file: FileRef): string {
  return readFileSync(file.path, 'utf8')
}

/** Runs one after the other, as they come. */
class Runs {
  readonly #runs: AsyncIterator<any>

  constructor(pipeline: Pipeline<any>, options: PipelineRunOptions = {}) {
    this.#runs = pipeline.watch(options)[Symbol.asyncIterator]()
  }

  async next(): Promise<any> {
    const { value, done } = await within('another run', this.#runs.next())
    return done === true ? undefined : value
  }

  async end(): Promise<void> {
    await within('the end of watching', this.#runs.return!())
  }
}

test('it runs at once, and again when a file changes that a step was given', async (t) => {
  const directory = filesOf(t)
  put(directory, 'rows.txt', 'one')
  const pipeline = openPipeline(t)
  const text = pipeline.step(read, fileOf(join(directory, 'rows.txt')))
  const length = pipeline.step(function measure(rows: string) {
    return rows.length
  }, text)
  const runs = new Runs(pipeline)
  const first = await runs.next()
  t.deepEqual([first.get(length), statesOf(first)], [3, { read: 'ran', measure: 'ran' }])
  put(directory, 'rows.txt', 'three')
  t.is((await runs.next()).get(length), 5)
  // What was there before is found.
  put(directory, 'rows.txt', 'one')
  const again = await runs.next()
  t.deepEqual([again.get(length), statesOf(again)], [3, { read: 'hit', measure: 'hit' }])
  await runs.end()
})

// What other runs of the process look at meanwhile is watched too.
test.serial('a neighbour of the file, and a write that changes nothing, are no reason to run', async (t) => {
  const directory = filesOf(t)
  put(directory, 'rows.txt', 'one')
  const pipeline = openPipeline(t)
  pipeline.step(read, fileOf(join(directory, 'rows.txt')))
  const runs = new Runs(pipeline)
  await runs.next()
  const next = runs.next()
  put(directory, 'other.txt', 'something')
  put(directory, 'rows.txt', 'one')
  await sleep(400)
  put(directory, 'rows.txt', 'two')
  const { stepResults } = await next
  t.is(stepResults.read.output, 'two')
  await runs.end()
})

test('files are watched that are deps, lie within inputs, or are what a step gave', async (t) => {
  const directory = filesOf(t)
  const [model, made, given] = ['model', 'made', 'given'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  put(directory, 'model', '1')
  put(directory, 'given', '2')
  const make = step(
    () => {
      writeFileSync(made, 'made')
      return { file: fileOf(made) }
    },
    { name: 'make', deps: [fileOf(model)] },
  )
  const take = step((options: { files: FileRef[] }) => options.files.length, { name: 'take' })
  const pipeline = openPipeline(t).addStep(make, take)
  const runs = new Runs(pipeline, { inputs: { options: { files: [fileOf(given)] } } })
  t.deepEqual(statesOf(await runs.next()), { make: 'ran', take: 'ran' })
  writeFileSync(model, '2')
  t.deepEqual(statesOf(await runs.next()), { make: 'ran', take: 'hit' })
  writeFileSync(given, '3')
  t.deepEqual(statesOf(await runs.next()), { make: 'hit', take: 'ran' })
  // Whoever changes a result has it made again.
  writeFileSync(made, 'spoilt')
  t.deepEqual(statesOf(await runs.next()), { make: 'ran', take: 'hit' })
  t.is(readFileSync(made, 'utf8'), 'made')
  await runs.end()
})

test('a run that fails gives its result, and watching goes on', async (t) => {
  const directory = filesOf(t)
  put(directory, 'rows.json', '{')
  const pipeline = openPipeline(t)
  const parsed = pipeline.step(
    (file: FileRef) => JSON.parse(readFileSync(file.path, 'utf8')),
    fileOf(join(directory, 'rows.json')),
  )
  const runs = new Runs(pipeline)
  const failed = await runs.next()
  t.deepEqual([failed.success, failed.state], [false, 'failed'])
  put(directory, 'rows.json', '{ "rows": 1 }')
  t.deepEqual((await runs.next()).get(parsed), { rows: 1 })
  await runs.end()
})

test('a directory that is watched: what is added in it counts; it may be removed, and come again', async (t) => {
  const directory = filesOf(t)
  put(directory, 'images/a/1.txt', 'one')
  const files = fileOf(join(directory, 'images'))
  const pipeline = openPipeline(t)
  const size = pipeline.step((images: FileRef) => {
    try {
      return images.byteLength
    } catch {
      return -1
    }
  }, files)
  const runs = new Runs(pipeline)
  t.is((await runs.next()).get(size), 3)
  put(directory, 'images/b/2.txt', 'two')
  t.is((await runs.next()).get(size), 6)
  put(directory, 'images/b/2.txt', 'three')
  t.is((await runs.next()).get(size), 8)
  rmSync(directory, { recursive: true })
  t.is((await runs.next()).get(size), -1)
  put(directory, 'images/a/1.txt', 'again')
  t.is((await runs.next()).get(size), 5)
  await runs.end()
})

test('a change while a run goes on is not lost', async (t) => {
  const directory = filesOf(t)
  const path = join(directory, 'rows.txt')
  writeFileSync(path, 'one')
  const pipeline = openPipeline(t)
  let isFirst = true
  const text = pipeline.step(read, fileOf(path))
  pipeline.step(
    step(
      (rows: string) => {
        if (isFirst) writeFileSync(path, 'two')
        isFirst = false
        return rows
      },
      { name: 'slow', cache: false },
    ),
    text,
  )
  const runs = new Runs(pipeline)
  t.is((await runs.next()).get(text), 'one')
  t.is((await runs.next()).get(text), 'two')
  await runs.end()
})

test('the signal ends it, whether it waits or runs; the run that it ended is the last', async (t) => {
  const waiting = new AbortController()
  const pipeline = openPipeline(t)
  let begun = (): void => undefined
  const isBegun = new Promise<void>((resolve) => (begun = resolve))
  pipeline.step(function one() {
    return 1
  })
  const runs = new Runs(pipeline, { signal: waiting.signal })
  await runs.next()
  const next = runs.next()
  waiting.abort()
  t.is(await next, undefined)

  const running = new AbortController()
  const slow = openPipeline(t)
  slow.step(async function wait() {
    begun()
    await new Promise((resolve) => setTimeout(resolve, 1e6).unref())
  })
  const slowRuns = new Runs(slow, { signal: running.signal })
  const last = slowRuns.next()
  await isBegun
  running.abort()
  t.is((await last).state, 'cancelled')
  t.is(await slowRuns.next(), undefined)
  t.is(await new Runs(slow, { signal: running.signal }).next(), undefined)
})

test.serial('who leaves the loop ends the watchers', async (t) => {
  const directory = filesOf(t)
  put(directory, 'rows.txt', 'one')
  const pipeline = openPipeline(t)
  pipeline.step(read, fileOf(join(directory, 'rows.txt')))
  const watchers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'FSEventWrap').length
  let during = 0
  for await (const result of pipeline.watch()) {
    t.true(result.success)
    during = watchers()
    break
  }
  t.true(during > 0)
  await eventually('fewer watchers than before', () => watchers() < during)
})

test('what makes no sense is refused as by run', async (t) => {
  const pipeline = openPipeline(t)
  t.throws(() => pipeline.watch({ onlly: [] } as object), { code: 'ERR_INVALID_OPTION' })
  await t.throwsAsync(new Runs(pipeline).next(), { code: 'ERR_PIPELINE' })
})
