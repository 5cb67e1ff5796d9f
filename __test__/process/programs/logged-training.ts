import { writeSync } from 'node:fs'
import Training from '../../../examples/training.ts'

export const EPOCHS = 14

/** At once, from a thread too, and not lost with the process: one write to a pipe. */
export function say(line: string): void {
  writeSync(1, `${line}\n`)
}

/** The training of the example, that says when its call begins and with what. */
export default class LoggedTraining extends Training {
  override async run(epochs: number, count: number): Promise<void> {
    say(`begins training ${this.checkpoint?.epoch ?? 0}`)
    await super.run(epochs, count)
  }
}
