import { Memory } from 'engram'

const memory = new Memory('.engram')

/** 64 MiB, kept in a file of its own and mapped on a hit: nothing is read before it is touched. */
const noise = memory.cache(function noise(length: number, seed: number) {
  const samples = new Float64Array(length)
  let state = seed
  for (let at = 0; at < length; at++) samples[at] = (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  return samples
})

const meanOf = memory.cache(function meanOf(samples: { value: Float64Array }, stride: number) {
  const { value } = samples // loaded here, and so only where the mean is not known
  let sum = 0
  for (let at = 0; at < value.length; at += stride) sum += value[at]!
  return sum / Math.ceil(value.length / stride)
})

const samples = noise.shelve(8 * 1024 * 1024, 7) // a reference of a few hundred bytes; a hit loads nothing
console.log(`${samples.byteLength} bytes, ${samples.digest.slice(0, 8)}`)
console.log(`mean ${meanOf(samples, 1).toFixed(3)}`) // by the digest of the samples

const mine = noise(8 * 1024 * 1024, 7) // mapped: yours to change, and nobody else sees it
mine.fill(0)
console.log(`changed here ${mine[1]}, stored ${noise(8 * 1024 * 1024, 7)[1]!.toFixed(3)}`)
