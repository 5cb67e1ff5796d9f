import test from 'ava'
import { Flow, Work } from '../../index.ts'
import { openApp } from '../kit/apps.ts'
import { within } from '../kit/deadline.ts'

// They followed one another without a turn of the event loop: no timer came, and no signal was heard.
test('thousands of calls that wait for nothing let an app be stopped', async (t) => {
  let ran = 0
  class Small extends Work {
    async run(_value: number): Promise<void> {
      ran++
    }
  }
  class Many extends Flow {
    work = new Small({ parallel: true })
    run(): void {
      for (let value = 0; value < 3000; value++) this.work.run(value)
    }
  }
  const app = openApp(t, new Many())
  setTimeout(() => void app.stop(), 1)
  await within('the end', app.start())
  t.true(ran > 0 && ran < 3000, String(ran))
})

// Between two turns of the event loop a work with a hundred calls left said that it had ended, and its flow believed it.
test('a work whose calls wait for their turn is pending', async (t) => {
  const seen: number[] = []
  class Counting extends Work {
    count = 0
    run(_value: number): void {
      this.count++
    }
  }
  class Many extends Flow {
    works = Array.from({ length: 10 }, () => new Counting({ parallel: true }))
    run(): void {
      for (const work of this.works) for (let value = 0; value < 100; value++) work.run(value)
      if (!this.works.every((work) => !work.isRunning && !work.isPending)) return
      seen.push(this.works.reduce((sum, { count }) => sum + count, 0))
      this.stop()
    }
  }
  await within('the end', openApp(t, new Many()).start())
  t.deepEqual(seen, [1000])
})
