// What threads import: a step that keeps a processor busy.
import { step } from '../../../dist/index.js'

export const busy = step(function busy(item, ms) {
  const end = performance.now() + ms
  let turns = 0
  while (performance.now() < end) turns++
  return { item, isBusy: turns > 0 }
})
