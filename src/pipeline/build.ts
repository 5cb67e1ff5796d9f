import { invalid } from '../option/check.ts'
import { type OutputOf, type StandardSchemaV1, isSchema } from '../run/schema.ts'
import { type Asset, assetPathOf } from './asset.ts'
import { pipelineError } from './error.ts'
import type { PipelineOptions } from './options.ts'
import { Pipeline, giveOutputs } from './pipeline.ts'

type ValueOf<A> = A extends Asset<infer T> ? T : never

/**
 * A pipeline that a function builds, with typed inputs and outputs. The function is called once, at once, with wires.
 *
 * @param options - As of `Pipeline`, and `inputs`: a Standard Schema for each input, which checks it before a run; `type<T>()`
 *   says a type and checks nothing.
 * @throws EngramError ERR_PIPELINE where what the function gives is not what its steps give; as `Pipeline` does.
 *
 * @example
 * ```ts
 * const train = pipeline('train', { inputs: { path: type<string>(), rate: type<number>() } }, (p, { path, rate }) => {
 *   const rows = p.step(load, path)
 *   return { rows, model: p.step(fit, rows, rate) }
 * })
 * const { model } = (await train.run({ inputs: { path: 'rows.csv', rate: 0.1 } })).outputs
 * ```
 */
export function pipeline<S extends Record<string, StandardSchemaV1<any, any>>, O extends Record<string, Asset<any>>>(
  name: string,
  options: PipelineOptions & { inputs: S },
  build: (p: Pipeline, inputs: { [K in keyof S]: Asset<OutputOf<S[K]>> }) => O,
): Pipeline<{ [K in keyof O]: ValueOf<O[K]> }>
export function pipeline<O extends Record<string, Asset<any>>>(
  name: string,
  build: (p: Pipeline) => O,
): Pipeline<{ [K in keyof O]: ValueOf<O[K]> }>
export function pipeline(name: string, ...rest: any[]): Pipeline<any> {
  const [options, build] = rest.length > 1 ? rest : [{ inputs: {} }, rest[0]]
  if (typeof build !== 'function') throw invalid('pipeline(name, build) needs a function that adds steps.')
  const { inputs = {}, ...ofPipeline } = options as PipelineOptions & { inputs?: Record<string, StandardSchemaV1> }
  const made = new Pipeline(name, ofPipeline)
  const wires: Record<string, Asset<any>> = Object.create(null) as Record<string, Asset<any>>
  for (const [input, schema] of Object.entries(inputs)) {
    if (!isSchema(schema)) throw invalid(`The input '${input}' needs a Standard Schema, as type<string>() gives one.`)
    wires[input] = made.input(input, schema)
  }
  giveOutputs(made, outputsOf(name, build(made, wires)))
  return made
}

function outputsOf(name: string, given: unknown): Map<string, Asset<any>> {
  if (typeof given !== 'object' || given === null)
    throw pipelineError(`The function that builds '${name}' must return an object of what its steps give.`)
  const outputs = new Map(Object.entries(given as Record<string, Asset<any>>))
  for (const [output, asset] of outputs)
    if (assetPathOf(asset)?.source.from !== 'step')
      throw pipelineError(
        `The output '${output}' of '${name}' is not what one of its steps gives: return what p.step(…) returned.`,
      )
  return outputs
}
