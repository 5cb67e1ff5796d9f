import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, statSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { bundledProgram } from '../kit/bundle.ts'
import { PATIENCE_MS, eventually, within } from '../kit/deadline.ts'
import { environment } from '../kit/environment.ts'
import { runsPerKey } from '../kit/equal-calls.ts'
import { canStart, Party, type Peer, type PeerOptions } from '../kit/peer.ts'
import { generator } from '../kit/random.ts'
import { textOf } from './programs/recorded-work.ts'

const nobody: PeerOptions = { through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] }

function socketOf(party: Party): string {
  return join(party.location, 'owner.sock')
}

function noise(seed: number, length: number): Buffer {
  const random = generator(seed)
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}

/** Sends bytes to an owner; resolves when the owner closes the connection. */
async function intrude(path: string, ...parts: (Buffer | 'end')[]): Promise<Buffer> {
  const socket = connect(path)
  await once(socket, 'connect')
  const answered: Buffer[] = []
  socket.on('data', (data) => answered.push(data)).on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  for (const part of parts) {
    if (part === 'end') socket.end()
    else socket.write(part)
  }
  try {
    await within('the owner closes the connection', closed)
  } finally {
    socket.destroy()
  }
  return Buffer.concat(answered)
}

/** Lengths as somebody might write them, in either order of bytes. */
function lengths(value: number): Buffer[] {
  const [little, big, long] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.alloc(8)]
  little.writeUInt32LE(value)
  big.writeUInt32BE(value)
  long.writeBigUInt64LE(BigInt(value))
  return [little, big, long]
}

test.serial('who sends garbage to the owner is cut off, and nothing else happens', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  await owner.status('f', 1)
  const before = await owner.do<number>('memoryUse')
  const path = socketOf(party)
  for (let seed = 0; seed < 40; seed++) await intrude(path, noise(seed, 1 + seed * 37), 'end')
  await intrude(path, Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'))
  for (const length of [...lengths(0xffff_ffff), ...lengths(0x7fff_ffff)]) await intrude(path, length, noise(1, 4096))
  for (const length of lengths(0)) await intrude(path, length, noise(1, 4096), 'end')
  await intrude(path, 'end')
  await intrude(path, Buffer.alloc(8 << 20, 0xff))
  t.is(await client.status('f', 1), 'hit')
  t.is(await client.status('f', 2), 'stored')
  t.is(await owner.status('f', 2), 'hit')
  const grown = (await owner.do<number>('memoryUse')) - before
  t.true(grown < 256 << 20, `the owner grew by ${grown >> 20} MiB`)
  for (const peer of [owner, client]) t.deepEqual(await peer.warnings(), [])
})

test.serial('who connects and says nothing, or half of something, disturbs nobody', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const sockets = Array.from({ length: 50 }, () => connect(socketOf(party)).on('error', () => {}))
  t.teardown(() => sockets.forEach((socket) => socket.destroy()))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  for (const [number, socket] of sockets.entries()) if (number % 2 === 0) socket.write(noise(number, 1 + (number % 5)))
  for (let key = 0; key < 20; key++) {
    t.is(await client.status('f', key), 'stored')
    t.is(await owner.status('f', key), 'hit')
  }
  const late = party.start()
  t.is(await late.status('f', 1), 'hit')
})

/** What stands at the owner's socket instead of the owner. */
const impostors: Record<string, (socket: Socket) => void> = {
  'answers noise': (socket) => socket.on('data', () => socket.write(noise(1, 5000))),
  'speaks first': (socket) => socket.write(noise(2, 100)),
  'says everything back': (socket) => socket.pipe(socket),
  'hangs up at once': (socket) => socket.destroy(),
  'hangs up at the first word': (socket) => socket.on('data', () => socket.destroy()),
  'never answers': (socket) => socket.resume(),
  'announces an endless answer': (socket) => socket.on('data', () => socket.write(Buffer.alloc(64, 0xff))),
}

async function impersonate(t: ExecutionContext, path: string, behave: (socket: Socket) => void): Promise<Server> {
  unlinkSync(path)
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    behave(socket)
  })
  const stop = (): void => {
    server.close()
    sockets.forEach((socket) => socket.destroy())
  }
  t.teardown(stop)
  server.on('stop', stop)
  server.listen(path)
  await once(server, 'listening')
  return server
}

for (const [what, behave] of Object.entries(impostors)) {
  test.serial(`where something else has the owner's socket and ${what}, calls give their values`, async (t) => {
    const party = new Party(t)
    const owner = await party.join()
    await owner.status('f', 1)
    // It keeps the lock, so that the others look for it at the socket.
    owner.signal('SIGSTOP')
    const server = await impersonate(t, socketOf(party), behave)
    const client = party.start()
    for (const key of [1, 2, 3, 2]) t.is(await client.value('f', key), textOf('f', String(key)))
    const codes = await client.warnings()
    t.true(codes.length > 0 && new Set(codes).size === codes.length, codes.join(' '))

    server.emit('stop')
    rmSync(socketOf(party), { force: true })
    await owner.kill()
    await eventually('the client owns the store', async () => (await client.call('f', 1)).status === 'hit')
    t.is(await client.role(), 'owner')
  })
}

/** What begins a connection: bytes that no version changes. Purpose 0: requests, 1: control. */
function hello(protocol: number, purpose: number): Buffer {
  const bytes = Buffer.alloc(28)
  bytes.write('engram\0', 'latin1')
  bytes.writeUInt8(purpose, 7)
  bytes.writeUInt32LE(protocol, 8)
  noise(protocol, 16).copy(bytes, 12)
  return bytes
}

function welcome(protocol: number, isWelcome: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.write('engram\0', 'latin1')
  bytes.writeUInt8(isWelcome ? 1 : 0, 7)
  bytes.writeUInt32LE(protocol, 8)
  return bytes
}

const PROTOCOL = 7
const OTHER_PROTOCOLS = [0, PROTOCOL + 1, 0xffff_ffff]

test.serial('an owner tells a client of another version which one it has, and lets it go', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const path = socketOf(party)
  for (const purpose of [0, 1]) {
    t.deepEqual(await intrude(path, hello(PROTOCOL, purpose), 'end'), welcome(PROTOCOL, true))
    for (const protocol of OTHER_PROTOCOLS) {
      t.deepEqual(await intrude(path, hello(protocol, purpose)), welcome(PROTOCOL, false))
    }
  }
  t.deepEqual(await intrude(path, hello(PROTOCOL, 2)), Buffer.alloc(0))
  t.is(await client.status('f', 1), 'stored')
  t.is(await owner.status('f', 1), 'hit')
  for (const peer of [owner, client]) t.deepEqual(await peer.warnings(), [])
})

test.serial('where an owner has another version, a client says so once, goes on, and takes over later', async (t) => {
  for (const protocol of OTHER_PROTOCOLS) {
    const party = new Party(t)
    const owner = await party.join()
    await owner.status('f', 1)
    // It keeps the lock, so that the others look for it at the socket.
    owner.signal('SIGSTOP')
    const heard: Buffer[] = []
    const server = await impersonate(t, socketOf(party), (socket) =>
      socket.on('data', (data) => {
        heard.push(data)
        socket.end(welcome(protocol, false))
      }),
    )
    const client = party.start()
    for (const key of [1, 2, 1]) t.is(await client.value('f', key), textOf('f', String(key)))
    t.is(party.log.runners('f 1').length, 3)
    t.deepEqual(await client.warnings(), ['ERR_STORE_UNAVAILABLE'])
    t.like(heard[0], { length: 28 })
    const strict = party.start({ options: { onError: 'throw' } })
    const error = await t.throwsAsync(strict.value('f', 1), { code: 'ERR_STORE_UNAVAILABLE' })
    t.regex(error.message, new RegExp(`version ${protocol}, this engram has ${PROTOCOL}`))

    server.emit('stop')
    rmSync(socketOf(party), { force: true })
    await owner.kill()
    await eventually('the client owns the store', async () => (await client.call('f', 1)).status === 'hit')
    t.deepEqual(await client.warnings(), ['ERR_STORE_UNAVAILABLE'])
    await party.stop()
  }
})

test.serial('a new directory is for its user alone, whatever the umask; an old one stays as it was', async (t) => {
  const party = new Party(t)
  await party.join({ through: ['sh', '-c', 'umask 0 && exec "$@"', 'sh'] })
  t.is(statSync(party.location).mode & 0o777, 0o700)
  t.is(statSync(socketOf(party)).mode & 0o777, 0o600)
  const open = join(party.directory, 'open')
  mkdirSync(open)
  chmodSync(open, 0o755)
  await party.join({ location: open })
  t.is(statSync(open).mode & 0o777, 0o755)
})

test.serial('another user is refused, even where the modes would let him in', async (t) => {
  if (!canStart(t, nobody)) return
  const party = new Party(t)
  const owner = await party.join()
  await owner.status('f', 1)
  const before = await owner.stats()
  chmodSync(party.directory, 0o777)
  for (const path of [party.location, socketOf(party), join(party.location, 'owner.lock')]) chmodSync(path, 0o777)
  chmodSync(party.log.path, 0o666)
  const stranger = party.start({ ...nobody, env: { XDG_RUNTIME_DIR: '' } })
  for (const key of [1, 2, 1]) t.is(await stranger.value('f', key), textOf('f', String(key)))
  t.is(party.log.runners('f 1').length, 3)
  t.deepEqual(await stranger.warnings(), ['ERR_STORE_UNAVAILABLE'])
  t.is((await owner.stats()).entries, before.entries)
  t.is(await owner.status('f', 2), 'stored')
})

/** A process in a namespace of its own for process ids, as a container has it. */
const contained: PeerOptions = { through: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] }

test.serial('containers that share the volume, but not the process ids, share the store', async (t) => {
  if (!canStart(t, contained)) return
  for (const first of [contained, {}]) {
    const party = new Party(t)
    const peers = [await party.join(first), await party.join(contained), await party.join(contained)] as const
    // Where each is process 1, their temporary files must not be taken for each other's.
    const floats = { result: 'floats', byteLength: 8 << 20 } as const
    for (let round = 0; round < 5; round++) {
      const all = peers.map((peer, at) => {
        const how = { ...floats, byteLength: (8 << 20) + 8 * (round * 3 + at) }
        return peer.value('f', `${round}-${at}`, how, { kind: 'async' })
      })
      const found = (await Promise.all(all)).map((value) => (value as { length: number }).length)
      t.deepEqual(
        found,
        [0, 1, 2].map((at) => (1 << 20) + round * 3 + at),
      )
    }
    for (const peer of peers) t.is((await peer.call('f', '0-0', floats)).status, 'hit')
    const pending = peers.map((peer) => peer.value('g', 1, { ms: 100 }))
    t.deepEqual(
      await Promise.all(pending),
      peers.map(() => textOf('g', '1')),
    )
    t.is(party.log.runners('g 1').length, 1)
    await peers[0].kill()
    t.is(await peers[1].status('g', 1), 'hit')
    t.is(await peers[2].status('g', 2), 'stored')
    t.is(await peers[1].status('g', 2), 'hit')
  }
})

for (const how of ['fork', 'cluster'] as const) {
  test.serial(`children made by ${how} after opening share the store with their parent`, async (t) => {
    const party = new Party(t)
    const child = spawn(process.execPath, [bundledProgram('forks'), party.location, party.log.path, how], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(),
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    await once(child, 'close')
    t.is(said, '0 0 0 owner\n')
    t.deepEqual(runsPerKey(party.log, 'f'), { 1: 30 })
    t.deepEqual(runsPerKey(party.log, 'before'), { 1: 1 })
  })
}
