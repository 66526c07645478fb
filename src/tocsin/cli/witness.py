"""A witness of logs elsewhere, in one small process: no database, no policy, no house."""

import logging
import secrets
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

from cyclopts import Parameter, validators

from tocsin.cli.listening import listening
from tocsin.cli.output import OFFLINE, Offline
from tocsin.domain.refusal import Code, refuse
from tocsin.witness.cosigning import Witness
from tocsin.witness.folder import LOGS, SEED_BYTES, found, is_founded, open_witness

GRACE_S = 5
"""How long open requests may take to end once we are told to stop."""
MOST_REQUESTS = 256
"""How many may be answered at once; each may hold a body of 1 MiB."""


def witness(
    folder: Annotated[Path, Parameter(name="DIR", help="The witness's folder.")],
    /,
    *,
    name: Annotated[
        str,
        Parameter(help="At the first start: what it is called for ever, as witness.example/w1."),
    ] = "",
    init: Annotated[
        bool, Parameter(negative="", help="Make the folder, print the keys, and end.")
    ] = False,
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int,
        Parameter(help="The port to listen on.", validator=validators.Number(gte=1, lte=65_535)),
    ] = 8100,
    offline: Offline = OFFLINE,
) -> None:
    """Witness logs elsewhere: cosign each checkpoint that only adds to the one before.

    Run it where the house has no hand. The first start makes its keys; print them, and hand
    them over by a path of your own. The logs that it witnesses stand in DIR/logs, one line a
    key: log, a space, and the line that `tocsin key` prints. Contradictions are kept in
    DIR/evidence for ever.
    """
    if init:
        offline.show(*_told(_ready(folder, name)))
        return
    remedy = "Stop what uses it, or choose another with --port."
    with listening(host, port, "The witness", remedy) as socket:
        here = _ready(folder, name)
        _serve(here, socket, offline, f"http://{f'[{host}]' if ':' in host else host}:{port}/")


def _ready(folder: Path, name: str) -> Witness:
    if not is_founded(folder):
        if not name:
            refuse(
                Code.SETTINGS_INVALID,
                f"The witness did not start: there is none in {folder} yet.",
                "Check the folder, or make one there with --name, as witness.example/w1.",
            )
        try:
            found(folder, name, secrets.token_bytes(SEED_BYTES))
        except OSError as error:
            refuse(
                Code.SETTINGS_INVALID,
                f"The witness was not made: {folder} cannot be written ({type(error).__name__}).",
                "Name a folder where you may write.",
            )
    here = open_witness(folder)
    if name and name != here.name:
        refuse(
            Code.SETTINGS_INVALID,
            f"The witness did not start: the one in {folder} has another name.",
            "Leave --name out, or name another folder.",
        )
    return here


def _told(here: Witness, url: str = "") -> tuple[Any, ...]:
    keys = [key.text for key in here.keys]
    told = {"name": here.name, "keys": keys, "logs": sorted(here.logs)}
    lines = [f"Witness {here.name}. Its keys:", *keys]
    lines += [f"It witnesses {origin}" for origin in sorted(here.logs)]
    if not here.logs:
        lines.append(f"It knows no log yet: add lines `log <vkey>` to {LOGS}, and start it again.")
    if url:
        told["open"] = url
        lines.append(f"It listens at {url}\nStop with Ctrl-C.")
    return told, *lines


def _serve(here: Witness, socket: Any, offline: Offline, url: str) -> None:
    import uvicorn

    from tocsin.witness.server import create

    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level="WARNING")
    server = uvicorn.Server(
        uvicorn.Config(
            create(here, lambda: int(time.time())),
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_REQUESTS,
            timeout_graceful_shutdown=GRACE_S,
        )
    )

    def ended(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    offline.show(*_told(here, url))
    print(end="", flush=True)  # whoever started us may read this through a pipe
    server.run(sockets=[socket])
