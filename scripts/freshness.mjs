import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './environment.mjs'

function* filesBelow(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) yield path
  else for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name))
}

function digestOf(inputs) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const input of inputs) {
    for (const file of filesBelow(join(root, input))) {
      const content = readFileSync(file)
      hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/**
 * Does the work unless its outputs are there and its inputs have the content that they had when it was last done.
 * Contents and not times, as a checkout of another branch and back changes times only.
 *
 * @param stamp file that remembers the inputs
 * @param inputs files and folders, relative to the checkout
 * @param outputs files, relative to the checkout
 */
export async function whenChanged({ stamp, inputs, outputs }, work) {
  const path = join(root, stamp)
  const digest = digestOf(inputs)
  const done = existsSync(path) && readFileSync(path, 'utf8') === digest
  if (done && outputs.every((output) => existsSync(join(root, output)))) return
  await work()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, digest)
}
