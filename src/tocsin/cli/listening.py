"""A port of one's own, bound before anything else is opened."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.domain.refusal import Code, refuse


@contextmanager
def listening(host: str, port: int, what: str, remedy: str) -> Iterator[socket.socket]:
    """A listening socket. Refuses SETTINGS_INVALID: `what` did not start."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
            one.listen(128)
        except (OSError, UnicodeError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            why = "something listens there already" if taken else type(error).__name__
            refuse(
                Code.SETTINGS_INVALID,
                f"{what} did not start: {host}, port {port} cannot be used ({why}).",
                remedy,
            )
        yield one
