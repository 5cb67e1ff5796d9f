// What a launch plan has already had to be given all the same, said the compiler: its type was that of its workflow.
import test from 'ava'
import { Memory, launchPlan, workflow } from '../../index.ts'

const report = workflow(async ({ path, rate }: { path: string; rate: number }) => `${path} ${rate}`, {
  name: 'report',
  memory: new Memory(null),
})

test('inputs that a launch plan has already may be left out, or given otherwise', async (t) => {
  const plan = launchPlan.getOrCreate(report, 'with a rate', { rate: 0.5 })
  t.is(await plan({ path: 'a' }), 'a 0.5')
  t.is(await plan({ path: 'a', rate: 2 }), 'a 2')
  t.is(await launchPlan.getOrCreate(report, 'with both', { path: 'b', rate: 1 })(), 'b 1')
  // @ts-expect-error it has no path
  await t.throwsAsync(plan({ rate: 1 }), { code: 'ERR_TASK' })
  // @ts-expect-error a rate is a number
  launchPlan.getOrCreate(report, 'with a wrong rate', { rate: 'much' })
})

test('others are needed, as by the workflow', async (t) => {
  const plan = launchPlan.getOrCreate(report, 'as it is')
  t.is(await plan({ path: 'a', rate: 1 }), 'a 1')
  // @ts-expect-error it has no rate
  await t.throwsAsync(plan({ path: 'a' }), { code: 'ERR_TASK' })
})

test('a name stands for one plan: with other defaults it is refused, where it was the first one in silence', async (t) => {
  const first = launchPlan.getOrCreate(report, 'twice', { rate: 0.5 })
  t.is(launchPlan.getOrCreate(report, 'twice', { rate: 0.5 }), first)
  t.is(launchPlan.getOrCreate(report, 'twice') as unknown, first)
  t.throws(() => launchPlan.getOrCreate(report, 'twice', { rate: 0.7 }), { code: 'ERR_TASK' })
  t.throws(() => launchPlan.getOrCreate(report, 'twice', {}), { code: 'ERR_TASK' })
})
