import { Memory } from 'engram'

// Entries keep previews of arguments, for `explain`. Without them, only digests are kept.
const memory = new Memory({ location: '.engram', explainValues: false })

interface Account {
  id: number
  plan: string
}

/** Stands for a request: what it gets has more in it than what is to be kept. */
async function fetchAccount(id: number, token: string): Promise<Account & { iban: string }> {
  if (token !== process.env['ACCOUNT_TOKEN']) throw new Error('not allowed')
  return { id, plan: 'yearly', iban: `DE00 5001 0517 0000 00${id}` }
}

const account = memory.cache(
  async function account(id: number, token: string): Promise<Account> {
    const { plan } = await fetchAccount(id, token) // the rest is not returned, so it is not stored
    return { id, plan }
  },
  { version: '1', ignore: ['token'] }, // in no key, and nothing of it is kept
)

/** A result that is a secret itself: remembered while the program runs, and in no file. */
const sessions = new Map<number, Promise<string>>()
function session(id: number): Promise<string> {
  const known = sessions.get(id) ?? Promise.resolve(`session-${id}-${Math.random().toString(36).slice(2)}`)
  sessions.set(id, known)
  return known
}

const token = process.env['ACCOUNT_TOKEN'] ?? ''
console.log(await account(42, token))
console.log((await session(42)) === (await session(42)))
console.log(`${account.stats().hits} found`)
