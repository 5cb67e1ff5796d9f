// One long loop of hits that holds nothing: the most mappings and anonymous memory that its process has.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { memoize } from '../../engram.mjs'
import { anonymousMb, report, task } from './contestant.mjs'
import { numbers } from './data.mjs'
import { using } from './loop.mjs'

const { byteLength, hits, dir, isAwaited } = task
const use = using[task.use]
/** Looked at so often that the looking takes no time. */
const looks = Math.min(hits, 500)
const { call, close } = memoize(numbers, dir)
call(byteLength)
let held = { mappings: 0, anonymousMb: 0 }

for (let i = 0; i < hits; i++) {
  const array = isAwaited ? await call(byteLength) : call(byteLength)
  assert.ok(use(array) !== 0)
  if (i % (hits / looks) === 0) look()
}
look()
report(held)
await close()

function look() {
  held = {
    mappings: Math.max(held.mappings, mappingsNow()),
    anonymousMb: Math.max(held.anonymousMb, anonymousMb()),
  }
}

/** Only Linux tells. */
function mappingsNow() {
  try {
    return readFileSync('/proc/self/maps', 'latin1').split('\n').length
  } catch {
    return Number.NaN
  }
}
