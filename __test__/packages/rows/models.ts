// Clients of models and of services over HTTP, made with a dummy key and never called over a network.
import type { Row } from './row.ts'

const urls = [`'http://one.test'`, `'http://two.test'`] as const

export const models: readonly Row[] = [
  {
    package: 'openai',
    keeps: 'private fields',
    imports: 'OpenAI',
    make: (url) => `new OpenAI({ apiKey: 'none', baseURL: ${url} })`,
    sides: urls,
    use: `it.buildURL('/models', null)`,
  },
  {
    package: 'openai',
    about: 'resource',
    keeps: 'own properties',
    imports: 'OpenAI',
    also: `const fetch = async (url) => new Response(JSON.stringify({ id: String(url) }), { headers: { 'content-type': 'application/json' } })`,
    make: (url) => `new OpenAI({ apiKey: 'none', baseURL: ${url}, fetch }).chat.completions`,
    sides: urls,
    use: `(await it.create({ model: 'none', messages: [] })).id`,
  },
  {
    package: '@google/generative-ai',
    keeps: 'own properties',
    imports: '{ GoogleGenerativeAI }',
    make: (model) => `new GoogleGenerativeAI('none').getGenerativeModel({ model: ${model} })`,
    sides: [`'one'`, `'two'`],
    use: `it.model`,
  },
  {
    package: 'ollama',
    keeps: 'own properties',
    imports: '{ Ollama }',
    also: `const fetch = async (url) => new Response(JSON.stringify({ url }))`,
    make: (url) => `new Ollama({ host: ${url}, fetch })`,
    sides: urls,
    use: `await it.version()`,
  },
  {
    package: 'meilisearch',
    keeps: 'own properties',
    imports: '{ Meilisearch }',
    make: (url) => `new Meilisearch({ host: ${url} })`,
    sides: urls,
    use: `it.config.host`,
  },
  {
    package: 'nodemailer',
    keeps: 'closures',
    imports: 'nodemailer',
    make: (from) => `nodemailer.createTransport({ jsonTransport: true }, { from: ${from} })`,
    sides: [`'one@one.test'`, `'two@two.test'`],
    use: `(await it.sendMail({ to: 'a@one.test', text: 'a' })).envelope.from`,
  },
  {
    package: 'otpauth',
    keeps: 'own properties',
    imports: '{ TOTP }',
    make: (secret) => `new TOTP({ secret: ${secret} })`,
    sides: [`'JBSWY3DPEHPK3PXP'`, `'JBSWY3DPEHPK3PXQ'`],
    use: `it.generate({ timestamp: 0 })`,
  },
  {
    package: 'crypto-js',
    keeps: 'own properties',
    imports: 'CryptoJS',
    make: (text) => `CryptoJS.enc.Utf8.parse(${text})`,
    sides: [`'one'`, `'two'`],
    use: `CryptoJS.SHA256(it).toString()`,
  },
  {
    package: 'crypto-js',
    about: 'running hash',
    keeps: 'own properties',
    imports: 'CryptoJS',
    make: (text) => `CryptoJS.algo.SHA256.create().update(${text})`,
    sides: [`'one'`, `'two'`],
    use: `it.clone().finalize().toString()`,
  },
]
