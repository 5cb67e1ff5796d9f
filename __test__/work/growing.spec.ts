// Lists and records of works that grow while their app runs.
import test from 'ava'
import { App, Flow, Work } from '../../index.ts'
import { failureOf, openApp, runApp } from '../kit/apps.ts'
import { throwsCode } from '../kit/error-code.ts'

class Adding extends Work {
  total = 0
  async run(value: number): Promise<number> {
    this.total += value
    return value
  }
}

class Failing extends Work {
  async run(): Promise<void> {
    throw new TypeError('it fails')
  }
}

const parallel = (): Adding => new Adding({ parallel: true })

class Growing extends Flow {
  list: Work[] = []
  record: Record<string, Adding> = {}
  count = 0
  run(): void {
    if (this.count < 3) {
      this.list.push(parallel())
      this.record[`r${this.count++}`] = parallel()
    }
    for (const [at, one] of this.list.entries()) one.run(at)
    for (const one of Object.values(this.record)) one.run(10)
  }
}

class Begun extends Growing {
  override list: Work[] = [parallel()]
  override record: Record<string, Adding> = { first: parallel() }
}

// A work that was put into a list that had some was not part of the app: it ran as one that stands alone. One that was put into an
// empty list was refused.
for (const [Root, totals, names] of [
  [Growing, [0, 1, 2], ['r0', 'r1', 'r2']],
  [Begun, [0, 1, 2, 3], ['first', 'r0', 'r1', 'r2']],
] as const) {
  test(`works may be added to a list and a record in place: ${Root.name}`, async (t) => {
    const told: string[] = []
    const app = openApp(t, new Root())
    app.on('change', (changes) => told.push(...Object.keys(changes)))
    await app.start()
    const { list, record } = app.state as unknown as { list: Adding[]; record: Record<string, Adding> }
    t.deepEqual(
      list.map(({ total, status }) => [total, status.stage]),
      totals.map((total) => [total, 'succeeded']),
    )
    t.deepEqual(Object.keys(record), names)
    t.is((app.root.list as Adding[])[2]!.displayName, 'list[2]')
    t.false(told.some((path) => path === 'list' || path === 'list[0]' || path === 'record.r0'))
  })
}

test('a work that was added fails its app', async (t) => {
  class Late extends Growing {
    override run(): void {
      if (this.list.length === 0) this.list.push(new Failing())
      this.list[0]!.run()
    }
  }
  t.true((await failureOf(t, new Late())) instanceof TypeError)
})

test('a list may be set to a longer one with the same works', async (t) => {
  class Longer extends Growing {
    override run(): void {
      if (this.list.length < 3) this.list = [...this.list, parallel()]
      // As it is: nothing begins anew.
      const { list } = this
      this.list = list
      for (const [at, one] of this.list.entries()) one.run(at)
    }
  }
  const { root } = await runApp(t, new Longer())
  t.deepEqual(
    root.list.map((one) => (one as Adding).total),
    [0, 1, 2],
  )
})

test('what is in a list or record of works stays in its place, and is joined by works and flows alone', (t) => {
  const begun = new Begun()
  const app = new App(begun)
  const { list, record } = begun
  list.push(parallel())
  const before = [...list]
  const refused: (() => unknown)[] = [
    () => list.pop(),
    () => list.shift(),
    () => list.reverse(),
    () => list.unshift(parallel()),
    () => list.splice(0, 1),
    () => (list.length = 0),
    () => (list[0] = parallel()),
    () => delete list[0],
    () => list.push(list[0]!),
    () => list.push(5 as never),
    () => list.push({} as never),
    () => (begun.list = []),
    () => (begun.list = [parallel()]),
    () => delete record['first'],
    () => (record['first'] = parallel()),
    () => (record['other'] = list[0] as Adding),
    () => Object.assign(record, { second: 5 }),
  ]
  for (const act of refused) throwsCode(t, 'ERR_WORK', act)
  t.deepEqual([...list], before)
  t.deepEqual(Object.keys(record), ['first'])
  t.deepEqual(Object.keys(app.state), ['count', 'list', 'record'])
})

test('an empty list of a work holds no work', (t) => {
  class Holding extends Work {
    list: Work[] = []
    run(): void {}
  }
  const holding = new Holding()
  throwsCode(t, 'ERR_WORK', () => holding.list.push(parallel()))
  t.deepEqual(holding.list, [])
})
