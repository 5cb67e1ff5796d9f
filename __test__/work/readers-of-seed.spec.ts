// What a reader of Lightning's articles on cached runs and on shared variables will try first, as they would write it here. What
// their components print is kept in `lines`.
import test from 'ava'
import { App, Flow, type Memory, Payload, Work, type WorkOptions } from '../../index.ts'
import { within } from '../kit/deadline.ts'
import { openMemory } from '../kit/temporary-store.ts'

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function exampleWork(lines: string[], options: WorkOptions = {}): Work {
  class ExampleWork extends Work {
    run(...args: unknown[]): void {
      lines.push(`I received the following props: ${JSON.stringify(args)}`)
    }
  }
  return new ExampleWork(options)
}

const once = ['[{"value":1}]', '[{"value":10}]']
const each = ['[{"value":1}]', '[{"value":1}]', '[{"value":1}]', '[{"value":1}]', '[{"value":1}]', '[{"value":10}]']

for (const [options, expected] of [
  [{}, once],
  [{ cacheCalls: true }, once],
  [{ cacheCalls: false }, each],
] as const) {
  test(`a work alone runs for arguments that it has not seen: ${JSON.stringify(options)}`, (t) => {
    const lines: string[] = []
    const work = exampleWork(lines, options)
    for (const value of [1, 1, 1, 1, 1, 10]) work.run({ value })
    t.deepEqual(
      lines,
      expected.map((args) => `I received the following props: ${args}`),
    )
    t.true(work.hasSucceeded)
  })
}

test('arguments count by value and by place', (t) => {
  const lines: string[] = []
  const work = exampleWork(lines)
  for (const args of [[1], [{ value: 1 }], [1, { k: 2 }], [1], [{ value: 1 }], [1, { k: 2 }], [{ k: 2 }, 1]])
    work.run(...args)
  t.is(lines.length, 4)
})

test('works of an endless loop run once a day', async (t) => {
  const memory = openMemory(t)
  const lines: string[] = []
  let today = '05/25/22'
  class DataProcessor extends Work {
    data = ''
    run(day: string): void {
      lines.push(`process ${day}`)
      this.data = `rows of ${day}`
    }
  }
  class TrainModel extends Work {
    run(data: string): void {
      lines.push(`train on ${data}`)
    }
  }
  class Daily extends Flow {
    dataProcessor = new DataProcessor()
    trainModel = new TrainModel()
    passes = 0
    run(): void {
      this.passes++
      if (this.passes > 20) today = '06/25/22'
      if (this.passes > 40) this.stop()
      this.dataProcessor.run(today)
      this.trainModel.run(this.dataProcessor.data)
    }
  }
  await start(new Daily(), memory)
  t.deepEqual(lines, ['process 05/25/22', 'train on rows of 05/25/22', 'process 06/25/22', 'train on rows of 06/25/22'])
})

test('what stands after a call that is neither remembered nor parallel is not reached, and the app can be stopped', async (t) => {
  const memory = openMemory(t)
  const lines: string[] = []
  class Blocking extends Flow {
    work = exampleWork([], { cacheCalls: false, parallel: false })
    run(): void {
      lines.push('HERE BEFORE')
      this.work.run()
      lines.push('HERE AFTER')
    }
  }
  const app = new App(new Blocking(), { memory })
  app.on('call', () => {
    if (lines.length >= 3) void app.stop()
  })
  await within('the end of the app', app.start())
  t.is(app.stage, 'stopped')
  t.true(lines.length >= 3)
  t.deepEqual([...new Set(lines)], ['HERE BEFORE'])
})

test('a variable of a flow arrives in a work', async (t) => {
  const lines: string[] = []
  class Component extends Work {
    run(x: string): void {
      lines.push(`MACHINE 1: this string came from machine 0: "${x}"`, 'MACHINE 1: this string is on machine 1')
    }
  }
  class WorkflowOrchestrator extends Flow {
    component = new Component()
    run(): void {
      this.component.run('hello from machine 0')
    }
  }
  await start(new WorkflowOrchestrator(), openMemory(t))
  t.deepEqual(lines, [
    'MACHINE 1: this string came from machine 0: "hello from machine 0"',
    'MACHINE 1: this string is on machine 1',
  ])
})

test('a deployment reacts to each checkpoint of a training that goes on', async (t) => {
  const [trained, deployed]: [string[], string[]] = [[], []]
  class TrainComponent extends Work {
    lastCheckpointPath: string | null = null
    async run(): Promise<void> {
      for (let step = 0; step < 31; step++) {
        await pause()
        if (step % 10 === 0) {
          this.lastCheckpointPath = `/some/path/step=${step}`
          trained.push(this.lastCheckpointPath)
        }
      }
    }
  }
  class ModelDeploymentComponent extends Work {
    run(newCheckpoint: string): void {
      deployed.push(newCheckpoint)
    }
  }
  class ContinuousDeployment extends Flow {
    train = new TrainComponent({ parallel: true })
    modelDeployment = new ModelDeploymentComponent({ parallel: true })
    run(): void {
      this.train.run()
      if (this.train.lastCheckpointPath) this.modelDeployment.run(this.train.lastCheckpointPath)
    }
  }
  const app = new App(new ContinuousDeployment(), { memory: openMemory(t) })
  const early: number[] = []
  app.on('call', ({ name }) => {
    if (name.endsWith('modelDeployment') && app.root.train.isRunning) early.push(deployed.length)
  })
  await within('the end of the app', app.start())
  t.deepEqual(trained, ['/some/path/step=0', '/some/path/step=10', '/some/path/step=20', '/some/path/step=30'])
  t.deepEqual(deployed, trained)
  t.true(early.length >= 3)
})

test('a large variable travels as a pointer, and is there on .value', async (t) => {
  const lines: unknown[] = []
  class EmbeddingProcessor extends Work {
    embeddings: Payload<number[][]> | null = null
    run(): void {
      lines.push('PROCESSOR: Generating embeddings...')
      this.embeddings = new Payload([
        [1, 2, 3],
        [2, 3, 4],
      ])
    }
  }
  class EmbeddingServer extends Work {
    run(payload: Payload<number[][]>): void {
      lines.push(payload instanceof Payload, payload.value)
    }
  }
  class WorkflowOrchestrator extends Flow {
    processor = new EmbeddingProcessor()
    server = new EmbeddingServer()
    run(): void {
      this.processor.run()
      this.server.run(this.processor.embeddings!)
    }
  }
  await start(new WorkflowOrchestrator(), openMemory(t))
  t.deepEqual(lines, [
    'PROCESSOR: Generating embeddings...',
    true,
    [
      [1, 2, 3],
      [2, 3, 4],
    ],
  ])
})

async function start(root: Flow, memory: Memory): Promise<void> {
  await within('the end of the app', new App(root, { memory }).start())
}
