// LangGraph's functional API: a task with a cache policy, called by an entrypoint. Its cache lies in memory; the key is
// its own, made of the name and the arguments.
import { entrypoint, task } from '@langchain/langgraph'
import { InMemoryCache } from '@langchain/langgraph-checkpoint'

export function openChain(fn) {
  const step = task({ name: fn.name, cachePolicy: {} }, fn)
  const run = async (count) => {
    let value = 0
    for (let n = 0; n < count; n++) value = await step(value)
    return value
  }
  const chain = entrypoint({ name: 'chain', cache: new InMemoryCache() }, run)
  return { run: (count) => chain.invoke(count), close: () => undefined }
}
