import { Payload, Work } from 'engram'
import { setImmediate } from 'node:timers/promises'
import { type Network, drawDigits, learnOnce, newNetwork } from './digits.ts'

/** A network after so many epochs. The network itself lies in the store: this is a pointer to it. */
export interface Checkpoint {
  readonly epoch: number
  readonly loss: number
  readonly network: Payload<Network>
}

const LEARNING_RATE = 0.02

/** Trains a network, and has a checkpoint after each epoch. A thread imports this file, and makes the object again. */
export default class Training extends Work {
  checkpoint: Checkpoint | null = null

  /** Goes on from the last checkpoint, if there is one: its state is what it was when the program died. */
  async run(epochs: number, count: number): Promise<void> {
    const digits = drawDigits(count, 0.4, 7)
    const network = this.checkpoint?.network.value ?? newNetwork()
    for (let epoch = (this.checkpoint?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      const loss = learnOnce(network, digits, LEARNING_RATE)
      this.checkpoint = { epoch, loss, network: new Payload(network) }
      console.log(`training: epoch ${epoch}, loss ${loss.toFixed(3)}`)
      // Lets what changed be told, and hears whether it is to end.
      await setImmediate()
      this.signal.throwIfAborted()
    }
  }
}
