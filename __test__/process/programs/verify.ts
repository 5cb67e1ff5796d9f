// Reads a store back, and says what it found: verify <location> <repair, or nothing>; with ", watched", it says so of each step.
import { writeSync } from 'node:fs'
import { Memory } from '../../../index.ts'

const [location, repair] = process.argv.slice(2) as [string, string]
const memory = new Memory({ location, onError: 'throw' })
const onProgress = repair.endsWith('watched') ? () => void writeSync(1, 'progress\n') : undefined
const report = await memory.verify({ repair: repair.startsWith('repair'), onProgress })
writeSync(1, JSON.stringify({ ...report, role: memory.stats().role }))
