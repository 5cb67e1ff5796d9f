import { Memory } from 'engram'

const memory = new Memory('.engram')
const address = process.env['MODEL_URL'] ?? 'https://models.example/v1/complete'
const apiKey = process.env['MODEL_KEY'] ?? ''

/** What a language model answers. The model and the temperature are arguments, so that they count. */
const complete = memory.cache(
  async function complete(prompt: string, options: { model: string; temperature: number }): Promise<string> {
    const response = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt, ...options }),
    })
    // What is thrown is not stored: the next call asks again.
    if (!response.ok) throw new Error(`The model answered ${response.status}`)
    const { text } = (await response.json()) as { text: string }
    return text
  },
  {
    captures: { ignore: ['apiKey'] }, // it opens the door, and changes no answer
    maxAge: '30d',
    storeIf: (text) => text !== '', // an empty answer is asked for again
  },
)

const questions = ['What is a cache?', 'What is a key?', 'What is a cache?']
// Equal questions at once are one request.
const answers = await Promise.all(questions.map((one) => complete(one, { model: 'small', temperature: 0 })))
console.log(answers)
const { misses, joined, hits } = complete.stats()
console.log(`${misses} asked, ${joined} shared, ${hits} found`)
