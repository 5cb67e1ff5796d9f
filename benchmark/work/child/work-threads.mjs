// What threads import: a work that writes its state, and works that hand a large array on.
import { Payload, Work } from '../../../dist/index.js'

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** Milliseconds that all threads of a process agree on. */
const now = () => performance.timeOrigin + performance.now()

export class Writing extends Work {
  writtenAt = 0

  async run(times) {
    for (let time = 0; time < times; time++) {
      await pause(5)
      this.writtenAt = now()
    }
  }
}

export class Making extends Work {
  made = null

  run(elements) {
    this.made = new Payload(new Float64Array(elements).fill(7))
  }
}

export class Reading extends Work {
  tookMs = 0

  run(payload) {
    const began = performance.now()
    if (payload.value[0] !== 7) throw new Error('another array')
    this.tookMs = performance.now() - began
  }
}
