import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { StepFailed } from '../command.mjs'

function words(text) {
  return text.split(/\s+/).filter(Boolean)
}

// As the crate `cc` reads such variables: that of the target first. One may hold arguments, or a path with spaces.
function setting(name, target, env) {
  const names = [`${name}_${target}`, `${name}_${target.replaceAll('-', '_')}`, `HOST_${name}`, name]
  return names.map((each) => env[each]).find(Boolean)
}

/** The C++ compiler that the user names or the system has, as the crates find it. */
export function findCompiler(target, env = process.env) {
  const named = setting('CXX', target, env) ?? 'c++'
  const [program, ...first] = existsSync(named) ? [named] : words(named)
  // Zig takes a version of glibc with its target, but not where it is asked for its own.
  const asked = first.map((word) => word.replace(/(-linux-gnu)\.[\d.]+$/, '$1'))
  const { status, stdout } = spawnSync(program, [...asked, '--version'], { encoding: 'utf8', env })
  if (status !== 0) {
    throw new StepFailed(`Building needs a C++ compiler, and \`${named}\` is none. Install g++, or set CXX to one`)
  }
  return { program, first, last: words(setting('CXXFLAGS', target, env) ?? ''), version: stdout }
}

/** The program that puts objects into a library, and its first arguments. */
export function findArchiver(target, env = process.env) {
  const named = setting('AR', target, env) ?? 'ar'
  const [program, ...first] = existsSync(named) ? [named] : words(named)
  return { program, first }
}
