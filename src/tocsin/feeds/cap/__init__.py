"""CAP 1.2 (OASIS, 1 July 2010) in and out: read leniently, written strictly, signed, in feeds."""
