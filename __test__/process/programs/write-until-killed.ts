// Stores numbered values and says after each that it is stored: write-until-killed <location> <first number>
import { writeSync } from 'node:fs'
import { Memory } from '../../../index.ts'
import { numberedValue } from './numbered-values.ts'

const value = numberedValue(new Memory({ location: process.argv[2]!, onError: 'throw' }))
for (let number = Number(process.argv[3]); ; number++) {
  value(number)
  writeSync(1, `${number}\n`)
}
