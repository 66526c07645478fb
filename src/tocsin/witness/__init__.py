"""A witness: a small server, run by somebody else, that cosigns what only ever grows."""
