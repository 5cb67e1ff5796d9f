// A run that never ends: `run-until-killed.ts <directory>`. Says when its first step is over and written down.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pipeline, step } from '../../../index.ts'

const first = step(async () => sleep(20, 'first'), { name: 'first' })
const endless = step((given: string) => new Promise(() => setInterval(() => given, 1_000)), {
  name: 'endless',
  inputs: ['first'],
})
const pipeline = new Pipeline('endless', { cacheDir: process.argv[2]! }).addStep(first, endless)
pipeline.on('call', () => {
  const look = setInterval(() => {
    if ([...pipeline.runs()][0]!.calls.length === 0) return
    clearInterval(look)
    process.stdout.write('written\n')
  }, 10)
})
await pipeline.run()
