import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A package that a registry has: its package.json, and where its archive is, for those that anybody may ask for. */
export interface Published {
  readonly manifest: { readonly name: string; readonly version: string }
  readonly archive?: string
}

/** A registry on this machine, as npm, pnpm and yarn ask one: they choose by what it says of packages, as they do when one is published. */
export class Registry {
  readonly #packages: ReadonlyMap<string, Published>
  readonly #server: Server
  /** The names of packages whose archives were asked for. */
  readonly taken: string[] = []

  private constructor(packages: readonly Published[]) {
    this.#packages = new Map(packages.map((one) => [one.manifest.name, one]))
    this.#server = createServer((request, response) => {
      const [name, isArchive] = nameIn(request.url ?? '')
      const found = this.#packages.get(name)
      if (isArchive) this.taken.push(name)
      const body = found && (isArchive ? found.archive && readFileSync(found.archive) : this.#document(found))
      response.writeHead(body ? 200 : 404, {
        'content-type': isArchive ? 'application/octet-stream' : 'application/json',
      })
      response.end(body ?? '{}')
    })
  }

  static async of(packages: readonly Published[]): Promise<Registry> {
    const registry = new Registry(packages)
    registry.#server.listen(0, '127.0.0.1')
    await once(registry.#server, 'listening')
    return registry
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #document({ manifest, archive }: Published): string {
    const bytes = archive ? readFileSync(archive) : Buffer.alloc(0)
    const [integrity, shasum] = [
      `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      createHash('sha1').update(bytes).digest('hex'),
    ]
    const dist = { integrity, shasum, tarball: `${this.url}${manifest.name}/-/archive.tgz` }
    const { name, version } = manifest
    const time = { [version]: '2020-01-01T00:00:00.000Z' }
    return JSON.stringify({
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
      time,
    })
  }
}

function nameIn(url: string): [name: string, isArchive: boolean] {
  const path = decodeURIComponent(url.replace(/\?.*/, '')).slice(1)
  return [path.replace(/\/-\/.*/, ''), path.includes('/-/')]
}
