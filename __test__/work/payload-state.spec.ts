import test from 'ava'
import { Flow, Payload, Work } from '../../index.ts'
import { runApp } from '../kit/apps.ts'

class Embed extends Work {
  rows: Payload<number[]> | null = null
  async run(): Promise<void> {
    this.rows = new Payload([1, 2, 3])
  }
}

class Embedding extends Flow {
  embed = new Embed()
  run(): void {
    this.embed.run()
  }
}

// It stayed a holder of its value: its bytes were hashed again with each state that was written, and the state was no JSON.
test('a payload that a work makes refers to what is stored once the state is written', async (t) => {
  const app = await runApp(t, new Embedding())
  const { rows } = app.state.embed
  const { digest, byteLength } = JSON.parse(JSON.stringify(rows)) as { digest: string; byteLength: number }
  t.deepEqual([digest, byteLength], [rows!.digest, rows!.byteLength])
  t.deepEqual(app.root.embed.rows!.value, [1, 2, 3])
  t.true(rows!.exists())
})
