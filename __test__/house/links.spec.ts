// Links between documents lead somewhere: to a file that is there, and to a heading in it.
import test from 'ava'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = new URL('../../', import.meta.url)
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  'benchmark/README.md',
  ...readdirSync(new URL('docs', project)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** A document without its blocks of code, in which brackets are no links. */
function proseOf(document: URL): string {
  return readFileSync(document, 'utf8').replaceAll(/^```.*?^```/gms, '')
}

/** What a heading is linked by. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** Why a link of a document leads nowhere; undefined where it leads somewhere. */
function fault(place: URL, path: string, anchor: string | undefined): string | undefined {
  const target = path === '' ? place : new URL(path, place)
  if (!existsSync(target)) return 'no such file'
  if (anchor === undefined || !fileURLToPath(target).endsWith('.md')) return undefined
  const headings = Array.from(proseOf(target).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading!))
  return headings.includes(anchor) ? undefined : 'no such heading'
}

for (const document of documents) {
  test(`links of ${document} lead somewhere`, (t) => {
    const place = new URL(document, project)
    const links = Array.from(proseOf(place).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g))
    const faults = links.map(([link, path = '', anchor]) => `${link} ${fault(place, path, anchor) ?? ''}`)
    t.deepEqual(
      faults.filter((one) => !one.endsWith(' ')),
      [],
    )
  })
}
