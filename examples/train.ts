import { Pipeline, context, step } from 'engram'
/**
 * Trains a small network to read digits, and asks it about digits that it has not seen.
 *
 *     node --import=tsx examples/train.ts [--learning-rate 0.05] [--epochs 8] [--count 6_000] [--location .engram]
 *
 * Run it with another learning rate, and the digits are not drawn again. Stop it with Ctrl-C: what it has done is kept.
 */
import { parseArgs } from 'node:util'
import { accuracyOf, drawDigits, splitDigits, trainNetwork } from './digits.ts'
import { wholeNumber } from './format.ts'

const { values: options } = parseArgs({
  options: {
    'learning-rate': { type: 'string', default: '0.05' },
    epochs: { type: 'string', default: '8' },
    count: { type: 'string', default: '6_000' },
    location: { type: 'string', default: '.engram' },
  },
})
const [epochs, count] = [wholeNumber(options.epochs) ?? 0, wholeNumber(options.count) ?? 0]
const learningRate = Number(options['learning-rate'])
if (epochs < 1 || count < 10 || !(learningRate > 0)) {
  console.error('--epochs and --count take whole numbers, --learning-rate a number above 0')
  process.exit(2)
}

const parameters = context({ learningRate, epochs })
const training = new Pipeline('train', { cacheDir: options.location, context: parameters })

// What a step gives stands for its value wherever a step takes one; the compiler checks that it fits.
const digits = training.step(drawDigits, count, 0.4, 7)
// Its parts are kept by themselves, so that who takes one does not load the other.
const parts = training.step(step(splitDigits, { outputs: ['train', 'test'] }), digits, 0.2)
const network = training.step(
  trainNetwork,
  parts.pick('train'),
  parameters.param('learningRate'),
  parameters.param('epochs'),
)
// It is asked each time, whatever is kept.
const accuracy = training.step(step(accuracyOf, { cache: false }), network, parts.pick('test'))

const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('stopped by Ctrl-C')))
const result = await training.run({ signal: stop.signal })
console.log(result.summary())
if (!result.success) process.exit(1)
console.log(`\nIt reads ${(100 * result.get(accuracy)).toFixed(1)} % of the digits that it has not seen.`)

const other = await training.plan({ context: { learningRate: learningRate / 2 } })
console.log(`\nWith half the learning rate:\n\n${String(other)}`)
await training.close()
