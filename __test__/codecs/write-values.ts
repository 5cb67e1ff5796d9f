// Stores the values of every package, and says what their keys are as arguments: write-values <location>
import { memoryOf } from './stored-values.ts'
import { subjects } from './subjects/index.ts'

const keys = Object.entries(subjects).map(([name, subject]) => {
  const { value, keyOf } = memoryOf(name, subject, { location: process.argv[2]! })
  return [name, Object.fromEntries(Object.keys(subject.values).map((one) => [one, keyOf(value(one))]))]
})
process.stdout.write(JSON.stringify(Object.fromEntries(keys)))
