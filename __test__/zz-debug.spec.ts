import test from 'ava'
import { Party, type PeerOptions } from './peer.ts'
const contained: PeerOptions = { through: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] }
for (const [label, opts] of [['contained', [contained, contained, contained]], ['plain', [{}, {}, {}]], ['mixed', [{}, contained, contained]]] as const)
test.serial(label, async (t) => {
    const party = new Party(t)
    const peers = [] as any[]
    for (const o of opts) peers.push(await party.join(o))
    const floats = { result: 'floats', byteLength: 8 << 20 } as const
    for (let round = 0; round < 5; round++) {
      const all = peers.map((peer, at) => {
        const how = { ...floats, byteLength: (8 << 20) + 8 * (round * 3 + at) }
        return peer.call('f', `${round}-${at}`, how, { kind: 'async' })
      })
      t.log((await Promise.all(all)).map((a) => `${a.status} ${a.cacheStatus}`))
    }
    for (const peer of peers) { const a = await peer.call('f', '0-0', floats); t.log(a.status, a.cacheStatus, (a.value as any).length, await peer.warnings(), await peer.role(), (await peer.stats()).entries, (await peer.entries()).map((e: any) => e.key.slice(0,6)+e.byteLength).join(' ')) }
    for (const peer of peers) t.log(await peer.call('f', '0-0', floats, { kind: 'async' }))
    t.pass()
})
