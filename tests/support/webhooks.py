"""A partner service on this machine that receives webhooks: Node, with npm's standardwebhooks."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.support.missing import missing

NPM = Path(__file__).parents[1] / "interop" / "npm"


@dataclass(frozen=True)
class Partner:
    """What it does depends on the path: see webhooks.mjs."""

    url: str

    def received(self) -> list[Any]:
        """Everything that came: `headers`, `body`, and `verdict`, "" where it is genuine."""
        came = httpx2.get(f"{self.url}/received", trust_env=False)
        return list(came.raise_for_status().json())

    def takes(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether it takes these exact bytes for genuine."""
        answer = httpx2.post(f"{self.url}/take", content=body, headers=headers, trust_env=False)
        return answer.status_code == 200


@contextmanager
def running_partner(house_secret: str) -> Iterator[Partner]:
    with running_node("webhooks.mjs", "standardwebhooks", house_secret) as said:
        yield Partner(f"http://127.0.0.1:{said}")


@contextmanager
def running_node(script: str, package: str, *arguments: str) -> Iterator[str]:
    """The first line that a script beside this file says, which runs while the block does."""
    from playwright._impl._driver import compute_driver_executable

    if not (NPM / "node_modules" / package).exists():
        missing(f"npm's {package} is not installed: run tools/interop.sh")
    node, _ = compute_driver_executable()
    command = [str(node), str(Path(__file__).with_name(script)), str(NPM), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline().strip() if process.stdout else ""
            if not said:
                raise RuntimeError(f"{script} did not start")
            yield said
        finally:
            process.kill()
