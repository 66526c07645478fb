// Draws areas into the text fields that work without it. The fields are the only state: whatever is
// drawn is written there, and whatever is typed there is drawn.
import * as L from 'leaflet/dist/leaflet-src.esm.js'
import { feature } from 'topojson-client'

const DIGITS = 5, KEYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }
const told = ({ lat, lng }) => `${+lat.toFixed(DIGITS)},${+lng.toFixed(DIGITS)}`
const number = '([+-]?\\d+(?:\\.\\d+)?)'
const PAIR = new RegExp(`^${number}\\s*,\\s*${number}$`), ROUND = new RegExp(`^${number}\\s*,\\s*${number}\\s+${number}$`)

/** Fields as numbers; lines that are none are left for the server to name. */
function read (fields) {
  const polygons = fields.polygon.value.split(/\n\s*\n/).map((block) => block.split('\n')
    .map((line) => PAIR.exec(line.trim())).filter(Boolean).map(([, lat, lng]) => L.latLng(+lat, +lng)))
  const circles = fields.circle.value.split('\n').map((line) => ROUND.exec(line.trim())).filter(Boolean)
    .map(([, lat, lng, km]) => ({ at: L.latLng(+lat, +lng), km: +km }))
  return { polygons: polygons.filter((one) => one.length), circles }
}

// A polygon that is closed by hand has its first point twice: only one is shown to be dragged.
const opened = (points) => points.length > 2 && points[0].equals(points.at(-1)) ? points.slice(0, -1) : points

/** A ring without leaps at 180°; one around a pole goes on along it. */
function unwrapped (ring) {
  const found = [[...ring[0]]]
  for (const [lon, lat] of ring.slice(1)) {
    const last = found.at(-1)[0]
    found.push([lon + 360 * Math.round((last - lon) / 360), lat])
  }
  const [start, end] = [found[0][0], found.at(-1)[0]]
  return Math.abs(end - start) < 300 ? found : [...found, [end, -90], [start, -90]]
}

const shifted = (ring, by) => ring.map(([lon, lat]) => [lon + by, lat])

async function land (map, address) {
  const topology = await (await fetch(address)).json()
  const renderer = L.canvas({ padding: 0.5 })
  for (const { geometry, properties } of feature(topology, topology.objects.countries).features) {
    const parts = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)
      .map((part) => part.map(unwrapped))
    const largest = parts.map(([ring]) => L.geoJSON({ type: 'LineString', coordinates: ring }).getBounds())
      .reduce((a, b) => extent(a) > extent(b) ? a : b)
    for (const by of [-360, 0, 360]) {
      const coordinates = parts.map((part) => part.map((ring) => shifted(ring, by)))
      L.geoJSON({ type: 'MultiPolygon', coordinates }, {
        renderer, interactive: false, style: { color: '#6b6f78', weight: 1, fillColor: '#f7f3e8', fillOpacity: 1 }
      }).addTo(map)
    }
    label(largest.getCenter(), properties.name, `app-country app-country--${size(extent(largest))}`).addTo(map)
  }
}

/** Names of the most populous places in view. */
async function places (map, address) {
  const every = (await (await fetch(address)).text()).trimEnd().split('\n').map((line) => {
    const [name, lat, lon] = line.split('\t')
    return { name, at: L.latLng(lat / 100, lon / 100) }
  })
  const shown = L.layerGroup().addTo(map)
  const show = () => {
    const bounds = map.getBounds(), taken = []
    shown.clearLayers()
    if (map.getZoom() < 4) return
    for (const { name, at } of every) {
      if (taken.length === 30) break
      const { x, y } = bounds.contains(at) ? map.latLngToContainerPoint(at) : {}
      if (x === undefined || taken.some((other) => Math.abs(other.x - x) < 110 && Math.abs(other.y - y) < 18)) continue
      taken.push({ x, y })
      label(at, name, 'app-place').addTo(shown)
    }
  }
  map.on('moveend', show)
  show()
}

function label (at, words, className) {
  const html = document.createElement('span')
  html.textContent = words
  const icon = L.divIcon({ className, html, iconSize: [0, 0] })
  return L.marker(at, { interactive: false, keyboard: false, pane: 'names', icon })
}

const extent = (bounds) => Math.max(bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth())
const size = (degrees) => degrees > 15 ? 'large' : degrees > 5 ? 'middle' : 'small'

class Drawing {
  constructor (root) {
    this.root = root
    this.tools = root.querySelector('[data-drawing]')
    this.areas = [...root.querySelectorAll('[data-area]')].map((area) => ({
      description: area.querySelector('[name$="-description"]'),
      polygon: area.querySelector('[name$="-polygon"]'),
      circle: area.querySelector('[name$="-circle"]')
    }))
    this.undone = []
    this.fresh = false
    this.tools.hidden = false
    this.map = L.map(this.tools.querySelector('[data-map]'), {
      center: [25, 15], zoom: 2, minZoom: 1, maxZoom: 18, zoomSnap: 0.5, worldCopyJump: false,
      maxBounds: [[-86, -400], [86, 400]], attributionControl: false, zoomControl: false
    })
    this.map.createPane('names').style.zIndex = 450
    L.control.zoom({ zoomInTitle: 'Nearer', zoomOutTitle: 'Farther' }).addTo(this.map)
    L.control.scale({ imperial: false }).addTo(this.map)
    this.shapes = L.featureGroup().addTo(this.map)
    this.current = L.featureGroup().addTo(this.map)
    this.map.on('click', ({ latlng }) => this.addPoint(latlng))
    const detail = () => { this.map.getContainer().dataset.zoom = Math.floor(this.map.getZoom()) }
    this.map.on('zoomend', detail)
    detail()
    this.listen()
    this.draw()
    this.fit()
    Promise.all([land(this.map, root.dataset.world), places(this.map, root.dataset.places)]).catch(() => this.say('The map could not be loaded. Type the points instead.'))
  }

  listen () {
    const acts = {
      point: () => this.addPoint(this.map.getCenter()),
      circle: () => this.addCircle(this.map.getCenter()),
      another: () => { this.fresh = true; this.say('The next point begins another polygon.') },
      undo: () => this.undo(),
      clear: () => this.write([], [], 'The shapes of this area are cleared.'),
      saved: () => this.useSaved()
    }
    this.tools.addEventListener('click', ({ target }) => acts[target.closest('[data-act]')?.dataset.act]?.())
    this.which.addEventListener('change', () => { this.fresh = false; this.show(); this.draw(); this.fit() })
    this.root.addEventListener('input', ({ target }) => {
      if (this.areas.some((area) => Object.values(area).includes(target))) this.draw()
    })
  }

  get which () { return this.tools.querySelector('[data-which]') }
  get area () { return this.areas[+this.which.value] }
  say (words) { this.tools.querySelector('[role=status]').textContent = words }

  show () { this.area.polygon.closest('details').open = true }

  write (polygons, circles, words) {
    this.put(
      polygons.map((points) => points.map(told).join('\n')).join('\n\n'),
      circles.map(({ at, km }) => `${told(at)} ${km}`).join('\n'), words)
  }

  /** Put words into the fields of the area, so that they can be undone. */
  put (polygons, circles, words) {
    const { polygon, circle } = this.area
    this.undone.push([this.which.value, polygon.value, circle.value])
    ;[polygon.value, circle.value] = [polygons, circles]
    this.show()
    polygon.dispatchEvent(new Event('input', { bubbles: true }))
    this.say(words)
  }

  undo () {
    const last = this.undone.pop()
    if (!last) return this.say('There is nothing to undo.')
    this.which.value = last[0]
    ;[, this.area.polygon.value, this.area.circle.value] = last
    this.fresh = false
    this.draw()
    this.say('The last step is undone.')
  }

  addPoint (at) {
    const { polygons, circles } = read(this.area)
    if (this.fresh || !polygons.length) polygons.push([])
    this.fresh = false
    polygons[polygons.length - 1] = [...opened(polygons.at(-1)), at]
    const count = polygons.at(-1).length
    this.write(polygons, circles, `Point ${count} at ${told(at)}.${count < 3 ? ' A polygon needs three.' : ''}`)
  }

  addCircle (at) {
    const km = +this.tools.querySelector('[data-radius]').value
    if (!(km > 0 && km <= 5000)) return this.say('Give a radius above 0 and at most 5,000 km.')
    const { polygons, circles } = read(this.area)
    this.write(polygons, [...circles, { at, km }], `A circle of ${km} km around ${told(at)}.`)
  }

  useSaved () {
    const { dataset } = this.tools.querySelector('[data-saved]').selectedOptions[0]
    if (!dataset.description) return this.say('Choose a saved area first.')
    this.area.description.value ||= dataset.description
    this.put(dataset.polygon, dataset.circle, `${dataset.description} is put in.`)
    this.fit()
  }

  draw () {
    this.shapes.clearLayers()
    this.current.clearLayers()
    this.areas.forEach((area, n) => this.drawArea(area, area === this.area, n))
  }

  drawArea (area, current, n) {
    const { polygons, circles } = read(area)
    const group = current ? this.current : this.shapes
    const style = { color: '#b3142b', weight: current ? 3 : 1.5, dashArray: current ? null : '4', interactive: false }
    polygons.forEach((points, p) => {
      const corners = opened(points)
      L.polygon(corners, style).addTo(group)
      if (current) {
        corners.forEach((at, c) => this.handle(at, `Point ${c + 1} of polygon ${p + 1}, area ${n + 1}`, (moved) => {
          polygons[p] = corners.toSpliced(c, 1, ...(moved ? [moved] : []))
          this.write(polygons.filter((one) => one.length), circles, moved ? `Moved to ${told(moved)}.` : 'The point is removed.')
        }))
      }
    })
    circles.forEach(({ at, km }, c) => {
      L.circle(at, { ...style, radius: km * 1000 }).addTo(group)
      if (current) {
        this.handle(at, `Middle of circle ${c + 1}, area ${n + 1}`, (moved) => {
          const kept = circles.toSpliced(c, 1, ...(moved ? [{ at: moved, km }] : []))
          this.write(polygons, kept, moved ? `Moved to ${told(moved)}.` : 'The circle is removed.')
        })
      }
    })
  }

  /** A point to be dragged, moved with arrow keys or removed with Delete; `done` gets where it is then. */
  handle (at, words, done) {
    const icon = L.divIcon({ className: 'app-point', iconSize: [24, 24] })
    const marker = L.marker(at, { draggable: true, icon, title: words, alt: words }).addTo(this.current)
    const element = marker.getElement()
    element.setAttribute('aria-label', `${words}: arrow keys move it, Delete removes it`)
    marker.on('dragend', () => done(marker.getLatLng()))
    element.addEventListener('keydown', (event) => {
      const by = KEYS[event.key], removes = event.key === 'Delete' || event.key === 'Backspace'
      if (!by && !removes) return
      event.preventDefault()
      event.stopPropagation()
      const place = by && this.map.containerPointToLatLng(this.map.latLngToContainerPoint(marker.getLatLng()).add(L.point(by).multiplyBy(event.shiftKey ? 20 : 4)))
      done(place)
      const again = [...this.tools.querySelectorAll('.app-point')].find((one) => one.title === words)
      ;(again ?? this.map.getContainer()).focus()
    })
  }

  fit () {
    const drawn = this.current.getLayers().length ? this.current : this.shapes
    const bounds = drawn.getBounds()
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.5), { maxZoom: 12, animate: false })
  }
}

for (const root of document.querySelectorAll('[data-areas]')) root.drawing = new Drawing(root)
