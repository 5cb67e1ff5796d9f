import test from 'ava'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(`${project}/${path}`, 'utf8')

/** What the table names: a spec, and how a title in it begins. */
const named = Array.from(
  read('docs/lightning.md').matchAll(/`([a-z]+\/[a-z-]+)`: ([^;|]+?)(?=;| \||\. [A-Z])/g),
  ([, spec, title]) => ({
    spec: spec!,
    title: title!.trim(),
  }),
)

test("each test of Lightning's has one here that exists, or a reason", (t) => {
  t.true(named.length > 40)
  const missing = named.filter(({ spec, title }) => !read(`__test__/${spec}.spec.ts`).includes(title))
  t.deepEqual(missing, [])
})
