import test from 'ava'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bundledProgram } from '../kit/bundle.ts'
import { environment } from '../kit/environment.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'

function underFlags(directory: string, ...flags: string[]): { status: number | null; stdout: string; stderr: string } {
  const args = [...flags, bundledProgram('under-flags'), join(directory, 'store')]
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: environment() })
}

// The module that calls could not be found: nobody may say how a stack is written.
test('a program whose intrinsics are frozen hits', (t) => {
  const { stdout, stderr } = underFlags(temporaryDirectory(t), '--frozen-intrinsics')
  t.is(stdout, '1', stderr)
})

test('a program that may load addons hits without further permissions than its files', (t) => {
  const { stdout, stderr } = underFlags(
    temporaryDirectory(t),
    PERMISSION,
    '--allow-addons',
    '--allow-fs-read=*',
    '--allow-fs-write=*',
  )
  t.is(stdout, '1', stderr)
})

for (const flags of [['--no-addons'], [PERMISSION, '--allow-fs-read=*', '--allow-fs-write=*']]) {
  test(`under ${flags[0]}, the flag that keeps the core away is named`, (t) => {
    const { status, stderr } = underFlags(temporaryDirectory(t), ...flags)
    t.is(status, 1)
    t.regex(stderr, /ERR_DLOPEN_DISABLED/)
    t.regex(stderr, flags.length === 1 ? /--no-addons/ : /--allow-addons/)
  })
}
