"""Tocsin: the open system for the duty to warn."""

__version__ = "0.1.0"
