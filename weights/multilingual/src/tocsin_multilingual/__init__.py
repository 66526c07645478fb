"""Weights alone: `tocsin.reading.multilingual` reads them."""
