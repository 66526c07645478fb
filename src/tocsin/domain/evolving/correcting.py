"""Steps for what officers say that reading got wrong, or right."""

from dataclasses import replace

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.correcting import Corrected
from tocsin.domain.evolving.steps import on, put


@on(e.ReadingCorrected)
def _(case: Case, event: e.ReadingCorrected) -> Case:
    """The newest on a passage stands, in the place of the one before."""
    standing = {one.correction.place: one for one in case.corrected.get(event.report_id, ())}
    for one in event.corrections:
        standing[one.place] = Corrected(correction=one, model=event.model, by=event.by, at=event.at)
    return replace(case, corrected=put(case.corrected, event.report_id, tuple(standing.values())))
