// Template engines, messages and translations.
import type { Row } from './row.ts'

const greetings = ['Hello', 'Goodbye'] as const
const texts = (braces: (name: string) => string): readonly [string, string] => [
  `'${greetings[0]} ${braces('name')}'`,
  `'${greetings[1]} ${braces('name')}'`,
]
const curly = texts((name) => `{{${name}}}`)
const percent = texts((name) => `<%= ${name} %>`)

export const templates: readonly Row[] = [
  {
    package: 'handlebars',
    keeps: 'closures',
    imports: 'Handlebars',
    make: (text) => `Handlebars.compile(${text})`,
    sides: curly,
    use: `it({ name: 'A' })`,
  },
  {
    package: 'handlebars',
    about: 'environment',
    keeps: 'own properties',
    imports: 'Handlebars',
    also: `const environment = (greeting) => { const it = Handlebars.create(); it.registerHelper('greet', () => greeting); return it }`,
    make: (greeting) => `environment(${greeting})`,
    sides: [`'Hello'`, `'Goodbye'`],
    use: `it.compile('{{greet}}')({})`,
  },
  {
    package: 'mustache',
    keeps: 'own properties',
    imports: 'Mustache',
    make: (name) => `new Mustache.Context({ name: ${name} })`,
    sides: [`'A'`, `'B'`],
    use: `new Mustache.Writer().render('{{name}}', it)`,
  },
  {
    package: 'ejs',
    keeps: 'closures',
    imports: 'ejs',
    make: (text) => `ejs.compile(${text})`,
    sides: percent,
    use: `it({ name: 'A' })`,
  },
  {
    package: 'nunjucks',
    keeps: 'own properties',
    imports: 'nunjucks',
    make: (escapes) => `new nunjucks.Environment(null, { autoescape: ${escapes} })`,
    sides: ['true', 'false'],
    use: `it.renderString('{{ name }}', { name: '<b>' })`,
  },
  {
    package: 'nunjucks',
    about: 'template',
    keeps: 'own properties',
    imports: 'nunjucks',
    make: (text) => `nunjucks.compile(${text})`,
    sides: curly,
    use: `it.render({ name: 'A' })`,
  },
  {
    package: 'liquidjs',
    keeps: 'own properties',
    imports: '{ Liquid }',
    make: (value) => `new Liquid({ globals: { name: ${value} } })`,
    sides: [`'A'`, `'B'`],
    use: `it.parseAndRenderSync('{{ name }}')`,
  },
  {
    package: 'eta',
    keeps: 'own properties',
    imports: '{ Eta }',
    also: `const text = '<%= it.name %>'`,
    make: (escapes) => `new Eta({ autoEscape: ${escapes} })`,
    sides: ['true', 'false'],
    use: `it.renderString(text, { name: '<b>' })`,
  },
  {
    package: 'lodash',
    about: 'template',
    keeps: 'generated code',
    imports: '_',
    make: (text) => `_.template(${text})`,
    sides: percent,
    use: `it({ name: 'A' })`,
  },
  {
    package: 'i18next',
    keeps: 'own properties',
    imports: 'i18next',
    also: `const translator = (text) => { const it = i18next.createInstance(); it.init({ lng: 'en', initAsync: false, showSupportNotice: false, resources: { en: { translation: { greet: text } } } }); return it }`,
    make: (text) => `translator(${text})`,
    sides: curly,
    use: `it.t('greet', { name: 'A' })`,
  },
  {
    package: 'intl-messageformat',
    keeps: 'own properties',
    imports: '{ IntlMessageFormat }',
    make: (text) => `new IntlMessageFormat(${text}, 'en')`,
    sides: [`'Hello {name}'`, `'Goodbye {name}'`],
    use: `it.format({ name: 'A' })`,
  },
]
