import { check } from './check.mjs'
import { main } from './command.mjs'
import { test } from './test.mjs'

await main(async () => {
  await check()
  await test()
})
