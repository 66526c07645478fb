"""Formats in: bytes received from outside, read into text with every defect listed."""

from tocsin.feeds.model import Defect, DefectCode, Hints, Limits, Part, ReadReport
from tocsin.feeds.reader import read_report

__all__ = ["Defect", "DefectCode", "Hints", "Limits", "Part", "ReadReport", "read_report"]
