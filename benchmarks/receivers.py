"""`python -m benchmarks.receivers FILE PARTNERS`: a message centre and partners' webhooks, lean.

It prints its ports, the centre's first, and writes when each number or webhook-id was reached.
"""

import asyncio
import os
import re
import struct
import sys
import time
from collections.abc import Awaitable, Callable

from tocsin.channels.smpp import Command, Packet, ShortMessage

RESPONSE = 0x8000_0000
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _serve(path: str, partners: int) -> None:
    keep = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def reached(whom: str) -> None:
        os.write(keep, f"{time.time_ns()} {whom}\n".encode())

    async def centre(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            length, command, _, sequence = struct.unpack(">4I", await reader.readexactly(16))
            body = await reader.readexactly(length - 16)
            answer = b"m\0"
            if command == Command.SUBMIT_SM:
                reached(ShortMessage.read(body).destination)
                answer = f"m{sequence}\0".encode()
            writer.write(bytes(Packet(command=command | RESPONSE, sequence=sequence, body=answer)))
            await writer.drain()

    async def partner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = dict(re.findall(rb"(?mi)^(content-length|webhook-id): (\S+)", head))
        named = {name.lower(): value.decode() for name, value in found.items()}
        await reader.readexactly(int(named[b"content-length"]))
        reached(named[b"webhook-id"])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()

    talks: list[Talk] = [centre, *([partner] * partners)]
    servers = [await asyncio.start_server(_until_left(one), "127.0.0.1", 0) for one in talks]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


def _until_left(talk: Talk) -> Talk:
    async def until_left(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.close()

    return until_left


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
