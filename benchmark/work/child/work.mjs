// What works cost, one part of it in this process.
import { execFileSync, spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { App, Flow, Memory, Work } from '../../../dist/index.js'
import { report, task } from './contestant.mjs'
import { Making, Reading, Writing } from './work-threads.mjs'

const module = new URL('./work-threads.mjs', import.meta.url)
const memory = new Memory({ location: task.dir, onError: 'throw' })
const now = () => performance.timeOrigin + performance.now()
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const median = (figures) => figures.toSorted((a, b) => a - b)[figures.length >> 1]

class Doubling extends Work {
  run(n) {
    if (task.runs !== undefined) task.runs++
    return 2 * n
  }
}

class Passing extends Flow {
  works = Array.from({ length: 100 }, () => new Doubling({ parallel: true }))
  at = 0

  run() {
    for (const work of this.works) work.run(1)
    if (++this.at === task.count) this.stop()
  }
}

const parts = {
  /** From one pass to the next, with all that the app does in between. */
  async passes() {
    const root = new Passing()
    const begins = []
    const app = new App(root, { memory })
    app.on('change', () => begins.push(performance.now()))
    await app.start()
    const gaps = begins.slice(1).map((begin, index) => begin - begins[index])
    return { figure: median(gaps.slice(gaps.length >> 1)) }
  },

  /** A field that a work writes while its flow waits. */
  async writes() {
    class Counting extends Work {
      at = 0
      run() {
        const began = performance.now()
        for (let n = 1; n <= task.count; n++) this.at = n
        return (performance.now() - began) / task.count
      }
    }
    class Held extends Flow {
      counting = new Counting()
      run() {
        this.counting.run()
      }
    }
    const app = new App(new Held(), { memory })
    await app.start()
    return { figure: 1000 * app.root.counting.lastResult }
  },

  async seen() {
    const delays = []
    class Watching extends Flow {
      writing = new Writing({ parallel: true, thread: module, threadExport: 'Writing' })
      run() {
        this.writing.run(task.count)
        if (this.writing.writtenAt > 0) delays.push(now() - this.writing.writtenAt)
      }
    }
    await new App(new Watching(), { memory }).start()
    return { figure: median(delays) }
  },

  async idle() {
    let passes = 0
    class Idle extends Flow {
      run() {
        passes++
        this.schedule('0 0 1 1 *')
      }
    }
    const app = new App(new Idle(), { memory })
    const ended = app.start()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const before = passes
    await new Promise((resolve) => setTimeout(resolve, task.ms))
    const figure = passes - before
    await app.stop()
    await ended
    return { figure }
  },

  async payload() {
    class Handing extends Flow {
      making = new Making({ thread: module, threadExport: 'Making' })
      reading = new Reading({ thread: module, threadExport: 'Reading' })
      run() {
        this.making.run(task.megabytes << 17)
        this.reading.run(this.making.made)
      }
    }
    const app = new App(new Handing(), { memory })
    await app.start()
    const json = JSON.stringify(app.root.making.made)
    const there = `import { Memory, Payload } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)}
      const memory = new Memory({ location: ${JSON.stringify(task.dir)} })
      const payload = Payload.from(${json}, memory)
      memory.payload(1)
      const began = performance.now()
      if (payload.value[0] !== 7) throw new Error('another array')
      console.log(performance.now() - began)`
    // As with other arrays: what is still on its way to the disk would be measured too.
    execFileSync('sync')
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', there], { encoding: 'utf8' })
    return { thread: app.root.reading.tookMs, process: Number(stdout) }
  },

  /** Done calls, and then the process is gone without an end. */
  async done() {
    await new App(new Many(), { memory, name: 'many' }).start()
  },

  async restart() {
    task.runs = 0
    const began = performance.now()
    const root = new Many()
    await new App(root, { memory, name: 'many' }).start()
    return { figure: root.doneAt - began, runs: task.runs }
  },

  async growth() {
    class Growing extends Flow {
      doubling = new Doubling()
      #at = 0
      #calls = 0
      tick = 0
      run() {
        this.tick++
        if (++this.#at % (task.passes / task.calls) === 0) this.#calls++
        if (this.#at === 1000) this.#measure('before')
        if (this.#at === task.passes) {
          this.#measure('after')
          this.stop()
        }
        this.doubling.run(this.#calls)
      }
      #measure(name) {
        collect()
        sizes[name] = process.memoryUsage().heapUsed
      }
    }
    const sizes = {}
    await new App(new Growing(), { memory }).start()
    return { figure: (sizes.after - sizes.before) / 1e6 }
  },
}

class Many extends Flow {
  works = Array.from({ length: 10 }, () => new Doubling({ parallel: true }))
  doneAt = 0

  run() {
    for (const [place, work] of this.works.entries()) for (let n = 0; n < task.count / 10; n++) work.run(n * 10 + place)
    if (!this.works.every((work) => !work.isRunning && !work.isPending)) return
    if (task.part === 'done') process.kill(process.pid, 'SIGKILL')
    this.doneAt = performance.now()
    this.stop()
  }
}

report(await parts[task.part]())
await memory.close()
