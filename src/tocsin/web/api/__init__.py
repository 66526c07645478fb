"""The JSON API: the same commands and readings as the pages, for programs."""

from tocsin.web import doors
from tocsin.web.api import (
    acts,
    cases,
    directory,
    house,
    policy,
    record_log,
    record_search,
    record_tallies,
    reports,
    screening,
)

router = doors.router()
for part in (
    reports.router,
    screening.router,
    cases.router,
    acts.router,
    directory.router,
    policy.router,
    record_log.router,
    record_search.router,
    record_tallies.router,
    house.router,
    house.everybody,
):
    router.include_router(part)
