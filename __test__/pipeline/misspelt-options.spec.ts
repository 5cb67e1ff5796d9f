import test from 'ava'
import { Pipeline, step } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'

const load = (): number[] => [1]

test('a misspelt option of a step, a map or a pipeline as a step is refused', (t) => {
  const pipeline = new Pipeline('misspelt')
  throwsCode(t, 'ERR_INVALID_OPTION', () => step(load, { output: ['rows'] } as object))
  throwsCode(t, 'ERR_INVALID_OPTION', () => pipeline.map([1], (n) => n, { minSuccesRatio: 1 } as object))
  throwsCode(t, 'ERR_INVALID_OPTION', () => pipeline.addStep(step(load)).asStep({ nam: 'loading' } as object))
})

test('a step has no strategy beside its cache', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => step(load, { strategy: 'inputHash' } as object))
})

test('options that are no object are refused', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => step(load, null as unknown as object))
})
