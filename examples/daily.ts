import { App, Flow, Memory, Work } from 'engram'
/**
 * Processes data and trains a model once a day, for ever.
 *
 *     node --import=tsx examples/daily.ts [--days 5] [--real] [--location .engram]
 *
 * Here a day is over in half a second. With --real it is a day: start it, and leave it alone. Kill it and start it again on the
 * same day, and nothing is done twice.
 */
import { parseArgs } from 'node:util'
import { wholeNumber } from './format.ts'

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '5' },
    real: { type: 'boolean', default: false },
    location: { type: 'string', default: '.engram' },
  },
})
const days = wholeNumber(options.days) ?? 0
if (days < 1) {
  console.error('--days takes a whole number above 0')
  process.exit(2)
}

const HOUR_MS = 3_600_000
const FIRST_MS = Date.UTC(2022, 4, 25, 9)

class DataProcessor extends Work {
  data: number[] = []
  daysDone = 0

  run(day: string): void {
    console.log(`processing the data of ${day}`)
    this.daysDone++
    this.data = Array.from(day, (letter) => letter.charCodeAt(0))
  }
}

class TrainModel extends Work {
  mean = 0

  run(data: readonly number[]): void {
    this.mean = data.reduce((sum, one) => sum + one, 0) / data.length
    console.log(`trained on ${data.length} numbers: their mean is ${this.mean}`)
  }
}

class Daily extends Flow {
  dataProcessor = new DataProcessor()
  trainModel = new TrainModel()
  today = ''
  /** Of the simulation; set from outside, which has the flow called again. */
  hours = 0

  /** Called again and again, while anything changes; at midnight too. Both works run once for each day. */
  run(): void {
    if (this.schedule('@daily', { timezone: 'UTC' })) this.today = new Date(clock()).toISOString().slice(0, 10)
    this.dataProcessor.run(this.today)
    this.trainModel.run(this.dataProcessor.data)
    if (this.dataProcessor.daysDone >= days && !this.trainModel.isRunning) this.stop()
  }
}

const memory = new Memory({ location: options.location })
const root = new Daily()
const clock = options.real ? Date.now : (): number => FIRST_MS + root.hours * HOUR_MS
const app = new App(root, { memory, name: options.real ? 'daily' : `daily, ${days} simulated`, clock })
const timer = options.real ? undefined : setInterval(() => (root.hours += 6), 125)
await app.start()
clearInterval(timer)
console.log(`${root.dataProcessor.daysDone} days are done`)
await memory.close()
