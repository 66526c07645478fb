"""The JSON API: the same commands and readings as the pages, for programs."""

from tocsin.web import doors
from tocsin.web.api import acts, cases, house, reports

router = doors.router()
for part in (reports.router, cases.router, acts.router, house.router, house.everybody):
    router.include_router(part)
