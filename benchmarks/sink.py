"""`python -m benchmarks.sink`: a mail server that takes everything and keeps nothing.

It prints its port, and after each line on its standard input how many mails it has taken.
"""

import asyncio
import sys

GREETING = b"220 sink.example ESMTP\r\n"
EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
ANSWERS = {
    b"EHLO": EHLO,
    b"HELO": b"250 sink.example\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection (RFC 5321, with the pipelining of RFC 2920)."""

    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - TCP writes
        self._to, self._left, self._in_data = transport, b"", False
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        rest, answers = self._left + data, []
        while True:
            before, found, after = rest.partition(END if self._in_data else b"\r\n")
            if not found:
                break
            rest = after
            answers.append(self._taken() if self._in_data else self._answer(before))
        self._left = rest
        if answers:
            self._to.write(b"".join(answers))

    def _taken(self) -> bytes:
        self._in_data = False
        Sink.taken += 1
        return b"250 2.0.0 Ok: queued as %X\r\n" % Sink.taken

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        self._in_data = verb == b"DATA"
        if verb == b"QUIT":
            asyncio.get_running_loop().call_soon(self._to.close)
        return ANSWERS.get(verb, b"500 5.5.2 Unknown\r\n")


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(Sink.taken, flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
