"""The officers' pages, one module a part, and the recipient's page."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Every page router."""
    from tocsin.web.pages import (
        account,
        browser,
        case,
        checkpoint,
        directory,
        genuine,
        hooks,
        leave,
        list_upload,
        log,
        names,
        people,
        policy,
        public,
        queue,
        receive,
        recipient,
        record,
        record_search,
        record_tallies,
        sightings,
        sign_in,
    )

    parts = (
        account, browser, case, checkpoint, directory, genuine, hooks, leave,
        list_upload, log, names, people, policy, public, queue, receive, recipient,
        record, record_search, record_tallies, sightings, sign_in,
    )  # fmt: skip
    return [part.router for part in parts]
