import test from 'ava'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(`${project}/${path}`, 'utf8')

/** What the table names: a spec, and how a title in it begins. */
const named = Array.from(
  read('docs/flyte.md').matchAll(/`([a-z]+\/[a-z-]+)`: ([^;|]+?)(?=;| \||\. [A-Z])/g),
  ([, spec, title]) => ({ spec: spec!, title: title!.trim() }),
)

test("each of Flyte's tests of caching has one here that exists, or a reason", (t) => {
  t.true(named.length > 60)
  const missing = named.filter(({ spec, title }) => !read(`__test__/${spec}.spec.ts`).includes(title))
  t.deepEqual(missing, [])
})

test("each test that is named after one of Flyte's is in the table", (t) => {
  const specs = ['flyte-local-cache', 'flyte-cache', 'flyte-hashes', 'flyte-catalog']
  for (const spec of specs) {
    const titles = Array.from(
      read(`__test__/task/${spec}.spec.ts`).matchAll(/^test(?:\.serial)?\(\s*['"`](.+?)['"`],/gm),
    )
    t.true(titles.length > 5)
    const unlisted = titles.filter(
      ([, title]) => !named.some((one) => one.spec === `task/${spec}` && title!.startsWith(one.title)),
    )
    t.deepEqual(
      unlisted.map(([, title]) => title),
      [],
    )
  }
})
