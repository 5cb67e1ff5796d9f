// What becomes of the longest texts that V8 makes: longest-texts <directory>.
import { join } from 'node:path'
import { type EngramError, Memory } from '../../../index.ts'

const LONGEST = 2 ** 29 - 24
const texts = { 'of one byte each': 'a', 'of two bytes each': '語' }

process.removeAllListeners('warning')
const memory = new Memory({ location: join(process.argv[2]!, 'store') })

function outcome(action: () => unknown): string {
  try {
    const result = action()
    return typeof result === 'string' && /^[0-9a-f]{64}$/.test(result) ? 'key' : 'fine'
  } catch (error) {
    const { code, message } = error as EngramError
    return message.length < 2000 ? (code ?? message) : 'a long message'
  }
}

const said: Record<string, string[]> = {}
for (const [name, unit] of Object.entries(texts)) {
  const text = unit.repeat(LONGEST)
  const taking = memory.cache((value: unknown) => [value].length)
  said[name] = [
    outcome(() => taking.key(text)),
    outcome(() => memory.cache(() => text.length, { name: `constant ${name}` }).key()),
    outcome(() => taking.key(new Map([[text, Symbol('none')]]))),
  ]
}
await memory.close()
process.stdout.write(JSON.stringify(said))
