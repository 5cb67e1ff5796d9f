// `deployment.ts <store> end|rest [<version>=<epoch>]...`: examples/deployment.ts in small. Once all is done it ends in order, or rests
// until it is killed: what is killed after an end in order begins anew. It says what is done as it is done:
//
//     found <epoch>             the training's checkpoint, as it is at the start
//     begins <work> <epoch>     a call really runs; of the training, which checkpoint it goes on from
//     over <work> <epoch>       the app's listener has heard that it is done
//     kept <epoch>              a pass saw this checkpoint, and what it saw is written
//     version <id> <epoch>      a checkpoint of the app is kept
//     done                      nothing is left to do
//     restored <id> <epoch>     one of an earlier process was restored, and its network read
//     end <epoch>               the app ended in order
import { App, Flow, Memory, type Payload, Work } from 'engram'
import { type Network, accuracyOf, drawDigits } from '../../../examples/digits.ts'
import LoggedTraining, { EPOCHS, say } from './logged-training.ts'

const [location, act, ...versions] = process.argv.slice(2)
let deployed = 0

class Deployment extends Work {
  run(epoch: number, network: Payload<Network>): number {
    deployed = epoch
    say(`begins deployment ${epoch}`)
    return accuracyOf(network.value, drawDigits(100, 0.4, 8))
  }
}

class ContinuousDeployment extends Flow {
  training = new LoggedTraining({ parallel: true, thread: new URL('./logged-training.ts', import.meta.url) })
  deployment = new Deployment({ parallel: true })
  #seen = -1

  run(): void {
    const { checkpoint } = this.training
    const epoch = checkpoint?.epoch ?? 0
    say(this.#seen < 0 ? `found ${epoch}` : `kept ${this.#seen}`)
    this.#seen = epoch
    this.schedule('0 0 1 1 *')
    this.training.run(EPOCHS, 700)
    if (checkpoint !== null) this.deployment.run(checkpoint.epoch, checkpoint.network)
    if (epoch < EPOCHS || !this.training.hasSucceeded || !this.deployment.hasSucceeded) return
    say('done')
    if (act === 'end') this.stop()
  }
}

const memory = new Memory({ location: location! })
const app = new App(new ContinuousDeployment(), { memory })
const { training } = app.root
app.on('call', ({ name }) => {
  const work = name.replace('root.', '')
  say(`over ${work} ${work === 'training' ? EPOCHS : deployed}`)
  if (work === 'deployment') void keep()
})

async function keep(): Promise<void> {
  const epoch = training.checkpoint?.epoch
  say(`version ${await app.checkpoint()} ${epoch}`)
}

await app.start()
say(`end ${training.checkpoint?.epoch}`)
for (const version of versions) {
  const [id, epoch] = version.split('=')
  await app.restore(id).catch(() => undefined)
  const { checkpoint } = training
  if (checkpoint?.epoch === Number(epoch) && checkpoint!.network.value !== undefined) say(`restored ${id} ${epoch}`)
}
await memory.close()
