"""Passages of a report as an officer labels them."""

from typing import Any

from tocsin.domain.correcting import Correction, HarmStage, PassageRole

AGREED = Correction(start=0, end=40, stage=HarmStage.THREATENED, was="threatened")
NOTHING = Correction(start=4, end=10, role=PassageRole.NONE, was="victim")


def correcting(*corrections: Correction, **fields: Any) -> dict[str, Any]:
    """The fields of a command that corrects what was read of report R1."""
    labels = corrections or (AGREED, NOTHING)
    return {"report_id": "R1", "model": "rules/1", "corrections": labels} | fields
