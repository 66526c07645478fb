"""Measurements, one module a claim: `python -m benchmarks [NAME...]` prints one table.

Every number stands beside a baseline taken in the same run on the same machine.
"""
