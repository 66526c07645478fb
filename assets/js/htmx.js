// One file: the extension registers itself on the global that htmx sets.
import 'htmx.org'
import 'htmx.org/dist/ext/hx-sse.js'
