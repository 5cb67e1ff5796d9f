// Node 20.15 had no `process.getBuiltinModule`, through which the inspector was given the functions that it is asked about.
// What they captured went unread, with one warning, and closures shared their entries. So the first version of each line of
// Node that engram runs on tells apart what the present one does, by the same keys. So does a late one: Node 22.23 and 24.21
// had no names for what `util.types` exports, and what held one of them went uncached.
import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { bundledProgram } from '../kit/bundle.ts'
import { PATIENCE_MS } from '../kit/deadline.ts'
import { environment } from '../kit/environment.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { missingNode, nodeBinary } from './corpus/tool.ts'

interface Told {
  readonly found: Readonly<Record<string, { equal: number[]; key: string }>>
  /** Of warnings. */
  readonly codes: readonly string[]
}

/** What a version of Node tells apart: in its main thread, and in a worker. */
function toldApart(t: ExecutionContext, node: string): Promise<Told[]> {
  const options = { env: environment(), timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve, reject) => {
    execFile(node, [bundledProgram('told-apart'), temporaryDirectory(t)], options, (error, stdout) => {
      if (error) return reject(error)
      const lines = stdout.trim().split('\n')
      resolve(lines.map((line) => JSON.parse(line) as Told))
    })
  })
}

test('the first and late Nodes of each line tell apart what functions captured, by the keys of the present one', async (t) => {
  const [present, ...others] = await toldApart(t, process.execPath)
  t.is(others.length, 1)
  for (const version of ['20.0', '22.0', '22', '24.0', '24']) {
    const why = missingNode(version)
    if (why !== undefined) {
      t.log(`Not tested: ${why}.`)
      continue
    }
    const told = await toldApart(t, nodeBinary(version))
    t.is(told.length, 2)
    for (const { found, codes } of told) {
      for (const [about, { equal }] of Object.entries(found)) t.deepEqual(equal, [0, 0, 2, 0], `${about}, ${version}`)
      t.deepEqual(found, present!.found, version)
      t.deepEqual(codes, [], version)
    }
  }
})
