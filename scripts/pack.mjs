import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { main, runNpm } from './command.mjs'
import { platform, root } from './environment.mjs'

/** The packages with the compiled core, one for each platform: folders of `npm/`. */
function platforms() {
  return readdirSync(join(root, 'npm'), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))
}

/** Writes the package as it is published to a folder: it names those with the core, and not what only this checkout needs. */
export function stagePackage(folder) {
  const { scripts: _, devDependencies: __, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const optionalDependencies = Object.fromEntries(platforms().map((name) => [`@engram/${name}`, manifest.version]))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, optionalDependencies }, null, 2)}\n`)
  for (const file of [...manifest.files, 'README.md', 'LICENSE'])
    cpSync(join(root, file), join(folder, file), { recursive: true })
}

/** Writes the package with the core of this platform, as it is published, to a folder. */
export function stageCore(folder) {
  cpSync(join(root, 'npm', platform), folder, { recursive: true })
  const built = readdirSync(join(root, 'native')).filter((file) => file.startsWith(`engram.${platform}.`))
  for (const file of built) copyFileSync(join(root, 'native', file), join(folder, file))
}

// `npm run pack [folder]`: both as archives that npm installs.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await build()
    const staging = mkdtempSync(join(tmpdir(), 'engram-pack-'))
    const destination = join(root, process.argv[2] ?? 'packed')
    mkdirSync(destination, { recursive: true })
    try {
      stagePackage(join(staging, 'package'))
      stageCore(join(staging, 'core'))
      for (const one of ['package', 'core'])
        runNpm(['pack', '--silent', '--ignore-scripts', '--pack-destination', destination], {
          directory: join(staging, one),
        })
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  })
}
