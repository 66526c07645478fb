module tocsin.example/interop

go 1.22

require golang.org/x/mod v0.0.0

// Beside this file the tests put the two packages, as the Go toolchain or Debian has them.
replace golang.org/x/mod => ./mod
