// What a newcomer copies from the README first.
import test from 'ava'
import { readFileSync } from 'node:fs'
import { UserProgram } from '../kit/user-program.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const [example = '', asking = ''] = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ([, block]) => block!)

test('the first example says what the README says, and why a call would run', async (t) => {
  const user = new UserProgram(t, example, 'primes.mjs')
  const first = await user.said()
  t.regex(first.stdout, /^primes: \d/)
  const [, sentence = ''] = first.stdout.split(/^primes: .*\n/m)
  t.true(sentence.endsWith(' 49999991\n') && readme.includes(sentence))

  user.write(example + asking)
  const second = await user.said()
  const [, answer = ''] = second.stdout.split(sentence)
  t.true(/part: 'argument',\s+name: 'limit'/.test(answer), second.stdout + second.stderr)
  t.true(readme.includes(answer))
})

test('the first example stands on the first screen', (t) => {
  t.true(readme.slice(0, readme.indexOf(example) + example.length).split('\n').length <= 45)
})
