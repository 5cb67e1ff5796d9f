// Stores every value: write-values <location>
import { Memory } from '../../../index.ts'
import { storedValues, valueByName } from './stored-values.ts'

const values = storedValues()
const memory = new Memory({ location: process.argv[2]!, onError: 'throw' })
const value = valueByName(memory, (name) => values[name])
for (const name of Object.keys(values)) value(name)
