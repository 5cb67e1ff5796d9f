import { App, Flow, Memory, type Payload, Work } from 'engram'
/**
 * Trains a small network in a thread, and deploys each of its checkpoints as soon as it is there.
 *
 *     node --import=tsx examples/deployment.ts [--epochs 30] [--count 6_000] [--location .engram]
 *
 * Stop it with Ctrl-C, or kill it, and start it again: the training goes on from its last checkpoint, and what was deployed is not
 * deployed again.
 */
import { parseArgs } from 'node:util'
import { type Digits, type Network, accuracyOf, drawDigits } from './digits.ts'
import { wholeNumber } from './format.ts'
import Training from './training.ts'

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: '30' },
    count: { type: 'string', default: '6_000' },
    location: { type: 'string', default: '.engram' },
  },
})
const [epochs, count] = [wholeNumber(options.epochs) ?? 0, wholeNumber(options.count) ?? 0]
if (epochs < 1 || count < 10) {
  console.error('--epochs and --count take whole numbers above 0 and 9')
  process.exit(2)
}

class Deployment extends Work {
  #unseen: Digits | undefined

  /** The network is loaded where its value is read. */
  run(epoch: number, network: Payload<Network>): void {
    this.#unseen ??= drawDigits(500, 0.4, 8)
    const accuracy = accuracyOf(network.value, this.#unseen)
    console.log(`deployment: epoch ${epoch} reads ${(100 * accuracy).toFixed(1)} % of unseen digits`)
  }
}

class ContinuousDeployment extends Flow {
  training = new Training({ parallel: true, thread: new URL('./training.ts', import.meta.url) })
  deployment = new Deployment({ parallel: true })

  /** Called again whenever something changed. What was done is not done again. */
  run(): void {
    this.training.run(epochs, count)
    const { checkpoint } = this.training
    if (checkpoint !== null) this.deployment.run(checkpoint.epoch, checkpoint.network)
  }
}

const memory = new Memory({ location: options.location })
const app = new App(new ContinuousDeployment(), { memory, name: `deployment ${epochs} ${count}` })
await app.start()
console.log(`trained for ${app.root.training.checkpoint?.epoch} epochs`)
await memory.close()
