// Writes src/tocsin/web/static and tests/vendor under OUT: the same sources give the same bytes.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { compile, compileString } from 'sass'
import { places, world } from './geography.mjs'

const [out] = process.argv.slice(2)
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function emptied (folder) {
  rmSync(join(out, folder), { recursive: true, force: true })
  mkdirSync(join(out, folder), { recursive: true })
  return join(out, folder)
}

const script = (entry, format) => buildSync({
  entryPoints: [entry], format, bundle: true, minify: true, write: false, target: 'es2022',
  legalComments: 'none', conditions: ['module']
}).outputFiles[0].contents

const style = (entry) => compile(entry, { style: 'compressed', loadPaths: ['node_modules/govuk-frontend/dist'] }).css + '\n'

// Leaflet's own pictures, for controls that we do not show, would be asked for by address.
const leaflet = readFileSync('node_modules/leaflet/dist/leaflet.css', 'utf8').replace(/[^{}]*\{[^{}]*url\([^{}]*\}/g, '')

const built = {
  'bell.svg': readFileSync('images/bell.svg'),
  'browser.js': script('js/browser.js', 'esm'),
  'drawing.css': compileString(leaflet, { style: 'compressed' }).css + style('scss/drawing.scss'),
  'drawing.js': script('js/drawing.js', 'esm'),
  'enabled.js': script('js/enabled.js', 'iife'),
  'htmx.js': script('js/htmx.js', 'esm'),
  'places.tsv': places(),
  'push-worker.js': script('js/push-worker.js', 'iife'),
  'public.css': style('scss/public.scss'),
  'recipient.css': style('scss/recipient.scss'),
  'sheet.css': style('scss/sheet.scss'),
  'tocsin.css': style('scss/tocsin.scss'),
  'tocsin.js': script('js/tocsin.js', 'esm'),
  'world.json': world()
}

const manifest = {}
const web = emptied('src/tocsin/web/static')
for (const [logical, contents] of Object.entries(built)) {
  const bytes = Buffer.from(contents), hash = sha256(bytes)
  const [stem, suffix] = logical.split('.')
  manifest[logical] = { file: `${stem}.${hash.slice(0, 12)}.${suffix}`, sha256: hash }
  writeFileSync(join(web, manifest[logical].file), bytes)
  console.log(`${String(bytes.length).padStart(8)} bytes  ${manifest[logical].file}`)
}
writeFileSync(join(web, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version
const licence = (file) => {
  const name = file.replace(/\.txt$/, '')
  return `${name} ${version(name)}\n\n${readFileSync(join('licenses', file), 'utf8').trim()}\n`
}
writeFileSync(join(web, 'LICENSES.txt'), readdirSync('licenses').sort().map(licence).join(`\n${'-'.repeat(72)}\n\n`))

const vendor = emptied('tests/vendor'), axe = readFileSync('node_modules/axe-core/axe.min.js')
writeFileSync(join(vendor, 'axe.min.js'), axe)
writeFileSync(join(vendor, 'axe.min.js.sha256'), `${sha256(axe)}  axe.min.js\n`)
writeFileSync(join(vendor, 'axe.LICENSE.txt'), ['LICENSE', 'LICENSE-3RD-PARTY.txt']
  .map((file) => readFileSync(`node_modules/axe-core/${file}`, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n') + '\n')
