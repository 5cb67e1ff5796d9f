import { currentContext } from 'engram'
import { setImmediate } from 'node:timers/promises'
import { numbers } from './random.ts'

/** Pictures of digits: one after the other, as SIDE × SIDE numbers from 0 to 1, and which digit each one shows. */
export interface Digits {
  readonly pixels: Float32Array
  readonly labels: Uint8Array
}

/** A network with one hidden layer. */
export interface Network {
  readonly hidden: Layer
  readonly output: Layer
}

interface Layer {
  readonly inputs: number
  readonly outputs: number
  /** For each output its bias, then a weight for each input. */
  readonly weights: Float32Array
}

const SIDE = 8
const PIXELS = SIDE ** 2
const HIDDEN = 24
/** Rows of five pixels, as on a calculator of 1975. */
const SHAPES = [
  '01110 10001 10001 10001 10001 01110',
  '00100 01100 00100 00100 00100 01110',
  '01110 10001 00010 00100 01000 11111',
  '11110 00001 00110 00001 00001 11110',
  '00010 00110 01010 11111 00010 00010',
  '11111 10000 11110 00001 00001 11110',
  '01110 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 00100 00100',
  '01110 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 01110',
]

/** Digits that were shifted, faded and spotted, always the same ones for a seed. */
export function drawDigits(count: number, noise: number, seed: number): Digits {
  const random = numbers(seed)
  const pixels = Float32Array.from({ length: count * PIXELS }, () => noise * random())
  const labels = Uint8Array.from({ length: count }, () => Math.floor(10 * random()))
  for (const [at, label] of labels.entries()) {
    const [down, right] = [Math.floor(3 * random()), Math.floor(4 * random())]
    for (const [row, line] of SHAPES[label]!.split(' ').entries())
      for (const [column, dot] of [...line].entries())
        pixels[at * PIXELS + (row + down) * SIDE + column + right]! += Number(dot) * (1 - noise * random())
  }
  return { pixels, labels }
}

/** The digits of several, one after the other. */
export function joinDigits(parts: readonly Digits[]): Digits {
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0)
  const all = { pixels: new Float32Array(count * PIXELS), labels: new Uint8Array(count) }
  let at = 0
  for (const { pixels, labels } of parts) {
    all.pixels.set(pixels, at * PIXELS)
    all.labels.set(labels, at)
    at += labels.length
  }
  return all
}

/** The first ones to learn from, and the rest to be asked about. */
export function splitDigits({ pixels, labels }: Digits, testShare: number): { train: Digits; test: Digits } {
  const count = Math.round(labels.length * (1 - testShare))
  return {
    train: { pixels: pixels.slice(0, count * PIXELS), labels: labels.slice(0, count) },
    test: { pixels: pixels.slice(count * PIXELS), labels: labels.slice(count) },
  }
}

/** A network that has seen each digit `epochs` times. It lets other steps run in between, and ends when the run does. */
export async function trainNetwork(train: Digits, learningRate: number, epochs: number): Promise<Network> {
  const network = newNetwork()
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const loss = learnOnce(network, train, learningRate)
    const call = currentContext()
    call?.progress(epoch, epochs, `loss ${loss.toFixed(3)}`)
    if (epoch === epochs) call?.report('loss', loss.toFixed(3))
    await setImmediate()
    call?.signal.throwIfAborted()
  }
  return network
}

/** A network that knows nothing, always the same one. */
export function newNetwork(): Network {
  const random = numbers(1)
  return { hidden: newLayer(PIXELS, HIDDEN, random), output: newLayer(HIDDEN, 10, random) }
}

/** Shows it each digit once; gives how wrong its answers were. */
export function learnOnce(network: Network, train: Digits, learningRate: number): number {
  let loss = 0
  for (const [at, label] of train.labels.entries()) loss += learn(network, pixelsOf(train, at), label, learningRate)
  return loss / train.labels.length
}

/** Which part of the digits the network knows. */
export function accuracyOf(network: Network, digits: Digits): number {
  let right = 0
  for (const [at, label] of digits.labels.entries()) {
    const { answers } = answer(network, pixelsOf(digits, at))
    if (answers.indexOf(Math.max(...answers)) === label) right++
  }
  return right / digits.labels.length
}

function pixelsOf({ pixels }: Digits, at: number): Float32Array {
  return pixels.subarray(at * PIXELS, (at + 1) * PIXELS)
}

function newLayer(inputs: number, outputs: number, random: () => number): Layer {
  const spread = 2 / Math.sqrt(inputs)
  return {
    inputs,
    outputs,
    weights: Float32Array.from({ length: outputs * (inputs + 1) }, () => spread * (random() - 0.5)),
  }
}

function outputsOf({ inputs, outputs, weights }: Layer, given: Float32Array): Float32Array {
  const sums = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const first = output * (inputs + 1)
    let sum = weights[first]!
    for (let input = 0; input < inputs; input++) sum += weights[first + 1 + input]! * given[input]!
    sums[output] = sum
  }
  return sums
}

/** How much the network believes in each digit: ten numbers that add up to 1. */
function answer({ hidden, output }: Network, pixels: Float32Array): { active: Float32Array; answers: Float32Array } {
  const active = outputsOf(hidden, pixels).map((sum) => Math.max(sum, 0))
  const powers = outputsOf(output, active).map(Math.exp)
  const total = powers.reduce((sum, power) => sum + power, 0)
  return { active, answers: powers.map((power) => power / total) }
}

/** One step down the gradient; gives how wrong the answer was before it. */
function learn(network: Network, pixels: Float32Array, label: number, learningRate: number): number {
  const { hidden, output } = network
  const { active, answers } = answer(network, pixels)
  const errors = answers.map((belief, digit) => belief - (digit === label ? 1 : 0))
  const hiddenErrors = active.map((value, at) => (value > 0 ? blame(output, errors, at) : 0))
  descend(output, active, errors, learningRate)
  descend(hidden, pixels, hiddenErrors, learningRate)
  return -Math.log(Math.max(answers[label]!, 1e-9))
}

/** What an input has done to the errors. */
function blame({ inputs, weights }: Layer, errors: Float32Array, input: number): number {
  return errors.reduce((sum, error, output) => sum + error * weights[output * (inputs + 1) + 1 + input]!, 0)
}

function descend({ inputs, weights }: Layer, given: Float32Array, errors: Float32Array, learningRate: number): void {
  for (const [output, error] of errors.entries()) {
    const [first, step] = [output * (inputs + 1), learningRate * error]
    weights[first]! -= step
    for (let input = 0; input < inputs; input++) weights[first + 1 + input]! -= step * given[input]!
  }
}
