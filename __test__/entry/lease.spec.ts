import test from 'ava'
import { CallIdentity } from '../../src/entry/call-identity.ts'
import { Lease, Leases } from '../../src/entry/lease.ts'
import type { NativeEntries } from '../../src/native/binding.ts'

/** What the core hears of leases. */
function listening(isFree = true): { native: NativeEntries; heard: string[] } {
  const heard: string[] = []
  const native: Partial<NativeEntries> = {
    acquire: () => isFree,
    promised: () => void heard.push('promised'),
    release: (isStoredNowhere) => void heard.push(isStoredNowhere ? 'unstored' : 'failed'),
  }
  return { native: native as NativeEntries, heard }
}

const identity = new CallIdentity(Buffer.alloc(64))

for (const ending of ['unstored', 'failed'] as const) {
  test(`a lease ends once, as the one who releases it first says: ${ending}`, (t) => {
    const { native, heard } = listening()
    const lease = new Lease(native, identity)
    lease.release(ending)
    lease.release('failed')
    lease.release('unstored')
    t.deepEqual(heard, [ending])
  })
}

// The core ends a lease together with a commit. A second end would be that of another call of this thread, which may have
// taken the lease since.
test('a lease that ended with a commit is not released', (t) => {
  const { native, heard } = listening()
  const lease = new Lease(native, identity)
  lease.committed()
  lease.release('failed')
  lease.promised()
  t.deepEqual(heard, [])
})

test('a lease that is still held says that its run returned a promise', (t) => {
  const { native, heard } = listening()
  new Lease(native, identity).promised()
  t.deepEqual(heard, ['promised'])
})

test('where another caller has the lease there is none to be had', (t) => {
  t.is(new Leases(listening(false).native).acquire(identity), undefined)
  t.true(new Leases(listening(true).native).acquire(identity) instanceof Lease)
})
