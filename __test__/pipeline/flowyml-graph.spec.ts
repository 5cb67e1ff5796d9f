// What flowyml's own tests assert of graphs: each test is named after theirs.
import test from 'ava'
import { Pipeline, type Step, step } from '../../index.ts'
import { openPipeline, refused } from '../kit/pipelines.ts'

/** A step that takes these and gives a list of what came before it. */
function node(name: string, ...inputs: string[]): Step<(...before: string[][]) => string[], string> {
  return step((...before: string[][]) => [...new Set(before.flat()), name], { name, inputs })
}

const diamond = [node('a'), node('b', 'a'), node('c', 'a'), node('d', 'b', 'c')]

test('test_graph: add_node, edges, producers, consumers', (t) => {
  const pipeline = openPipeline(t).addSteps(diamond)
  const { steps, edges } = pipeline.toJSON()
  t.deepEqual(steps, [
    { name: 'a', inputs: [], outputs: ['a'], tags: [] },
    { name: 'b', inputs: ['a'], outputs: ['b'], tags: [] },
    { name: 'c', inputs: ['a'], outputs: ['c'], tags: [] },
    { name: 'd', inputs: ['b', 'c'], outputs: ['d'], tags: [] },
  ])
  t.deepEqual(edges, [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'd'],
    ['c', 'd'],
  ])
})

test('test_graph: topological sort, whatever the order in which steps were added', async (t) => {
  for (const steps of [diamond, diamond.toReversed(), [diamond[2]!, diamond[3]!, diamond[0]!, diamond[1]!]]) {
    const order: string[] = []
    const pipeline = openPipeline(t, { concurrency: 1 }).addSteps(steps)
    await pipeline.run({ onCall: ({ name }) => order.push(name) })
    t.is(order[0], 'a')
    t.is(order[3], 'd')
    t.deepEqual(order.toSorted(), ['a', 'b', 'c', 'd'])
  }
})

test('test_graph: parallel branches run side by side', async (t) => {
  const running = new Set<string>()
  let both: () => void
  const met = new Promise<void>((resolve) => (both = resolve))
  const branch = (name: string) =>
    step(
      async (_items: string[]) => {
        running.add(name)
        if (running.size === 2) both()
        // Alone, a branch would wait for ever.
        await met
        return [name]
      },
      { name, inputs: ['a'], cache: false },
    )
  const pipeline = openPipeline(t).addStep(node('a'), branch('left'), branch('right'), node('end', 'left', 'right'))
  t.deepEqual((await pipeline.run()).outputs['end'], ['left', 'right', 'end'])
})

test('test_graph: dependencies and dependents', async (t) => {
  const pipeline = openPipeline(t).addSteps(diamond)
  t.deepEqual(Object.keys((await pipeline.run({ only: ['b'] })).stepResults), ['a', 'b'])
  t.deepEqual(Object.keys((await pipeline.run()).stepResults), ['a', 'b', 'c', 'd'])
  t.deepEqual(Object.keys((await pipeline.run({ from: ['b'] })).stepResults), ['b', 'd'])
  t.deepEqual(Object.keys((await pipeline.run({ from: ['b'], only: ['b'] })).stepResults), ['b'])
})

test('test_graph: linear chain, diamond', async (t) => {
  const chain = Array.from({ length: 20 }, (_, n) => (n === 0 ? node('s0') : node(`s${n}`, `s${n - 1}`)))
  t.is(Pipeline.fromSteps('chain', ...chain).toJSON().edges.length, 19)
  const result = await openPipeline(t).addSteps(chain).run()
  t.deepEqual(
    result.get('s19'),
    chain.map(({ stepName }) => stepName),
  )
  t.deepEqual((await openPipeline(t).addSteps(diamond).run()).get('d'), ['a', 'b', 'c', 'd'])
})

test('test_graph: validation', async (t) => {
  const circle = openPipeline(t).addStep(node('a', 'c'), node('b', 'a'), node('c', 'b'))
  await refused(t, () => circle.run(), `'a'`, `'b'`, `'c'`)
  await refused(t, () => openPipeline(t).addStep(node('a', 'a')).run(), `'a'`)
  await refused(t, () => openPipeline(t).addStep(node('b', 'nobody')).run(), `'b'`, `'nobody'`)
  await refused(t, () => openPipeline(t).run(), 'tested')
})

test('test_graph: visualization', async (t) => {
  const pipeline = openPipeline(t).addSteps(diamond)
  const bare = pipeline.toMermaid()
  for (const { stepName } of diamond) t.true(bare.includes(`"${stepName}"`), bare)
  t.is(bare.split('-->').length, 5)
  const plan = await pipeline.plan()
  t.regex(pipeline.toMermaid(plan), /miss/)
  const result = await pipeline.run()
  t.regex(pipeline.toMermaid(result), /ran/)
  t.is(pipeline.toMermaid(result), pipeline.toMermaid(result.toJSON()))
  t.regex(pipeline.toMermaid(await pipeline.run()), /hit/)
})
