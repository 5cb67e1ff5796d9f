import { type FileRef, Memory, Pipeline, fileOf, step } from 'engram'
import { readFile, writeFile } from 'node:fs/promises'

async function render(source: FileRef): Promise<string> {
  return `<p>${(await readFile(source.path, 'utf8')).trim()}</p>`
}
const publish = step(
  async function publish(...pages: string[]) {
    await writeFile('site.html', pages.join('\n'))
  },
  { cache: false }, // it changes something outside: every run does it
)

const site = new Pipeline('site', { memory: new Memory('.engram') })
const pages = ['index.txt', 'about.txt'].map((name) => site.step(render, fileOf(name)))
site.step(publish, ...pages)

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
for await (const { stepResults } of site.watch({ signal: stop.signal })) {
  const calls = Object.values(stepResults)
  console.log(calls.map(({ name, state }) => `${name}: ${state}`).join(', '))
}
