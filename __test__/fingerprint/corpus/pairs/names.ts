import { BUNDLES, NAMELESS } from './exceptions.ts'
// What names the function, and the scope that it is cached in.
import { type Files, type Pair, cached, different, same, sides } from './pair.ts'

/** Wraps the function in another module, whose path is in the id. */
const wrappedIn = (file: string, options = ''): Files => ({
  main: `import { wrap } from './${file}'\nexport const f = wrap(memory)`,
  [file]: `export const wrap = (memory) => memory.cache(function load(n) { return n }${options})`,
})

export const names: readonly Pair[] = [
  different(
    'the name of the function',
    'name',
    cached('function load(n) { return n }'),
    cached('function read(n) { return n }'),
    { except: NAMELESS },
  ),
  different(
    'functions of one name in two files',
    'name',
    ...sides(
      (file) => ({
        main: `import { wrap } from './${file}'\nexport const f = wrap(memory)`,
        one: 'export const wrap = (memory) => memory.cache(function load(n) { return n })',
        other: 'export const wrap = (memory) => memory.cache(function load(n) { return n })',
      }),
      'one',
      'other',
    ),
    { except: BUNDLES },
  ),
  different('a renamed file', 'name', wrappedIn('rows'), wrappedIn('lines'), { except: BUNDLES }),
  same(
    'a renamed file, with a name',
    wrappedIn('rows', `, { name: 'load' }`),
    wrappedIn('lines', `, { name: 'load' }`),
  ),
  different('the option name', 'name', ...sides((name) => cached(`(n) => n, { name: '${name}' }`), 'a', 'b')),
  different(
    'the version',
    'version',
    ...sides((version) => cached(`(n) => n, { version: '${version}', name: 'v' }`), '1', '2'),
  ),
  different(
    'a version beside a strategy',
    'version',
    ...sides((version) => cached(`(n) => n, { version: '${version}', strategy: 'syntaxHash' }`), '1', '1.0'),
  ),
  different('the project', 'project', ...sides((project) => cached(`(n) => n, { project: '${project}' }`), 'a', 'b')),
  different('the domain', 'domain', ...sides((domain) => cached(`(n) => n, { domain: '${domain}' }`), 'a', 'b')),
  different(
    'a project named as a domain',
    'project',
    cached(`(n) => n, { project: 'a' }`),
    cached(`(n) => n, { domain: 'a' }`),
  ),
  same('how long entries are good', cached('(n) => n'), cached(`(n) => n, { maxAge: '1d', singleFlight: false }`)),
  same(
    'another function of the module under the same name',
    cached('(n) => n, { name: "a" }'),
    `memory.cache((n) => -n, { name: 'a' })\n${cached('(n) => n, { name: "a" }')}`,
  ),
]
