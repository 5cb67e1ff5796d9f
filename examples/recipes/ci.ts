import { type FileRef, Memory, fileOf } from 'engram'
import { readFileSync, readdirSync } from 'node:fs'

// `onError: 'throw'`: in CI a cache that does not work is a mistake to be mended, not a slow build.
const memory = new Memory({ location: '.engram', onError: 'throw' })

const wordsIn = memory.cache(function wordsIn(page: FileRef) {
  return readFileSync(page.path, 'utf8').split(/\s+/).filter(Boolean).length
})

const pages = readdirSync('pages').map((name) => fileOf(`pages/${name}`))
const words = pages.reduce((sum, page) => sum + wordsIn(page), 0)
const { hits, misses } = memory.stats()
console.log(`${words} words in ${pages.length} pages: ${hits} found, ${misses} counted`)

// Before the directory is saved: what no run of the last two weeks used goes, and what does not fit.
memory.reduce({ maxAge: '14d', maxBytes: '200MB' })
await memory.close()
