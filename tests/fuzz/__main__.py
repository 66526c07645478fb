"""`python -m tests.fuzz [NAME...]`: fuzz each parser, guided by coverage (atheris).

FUZZ_SECONDS is how long each is fuzzed (60). What makes one fail stays in fuzz-findings/.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
FINDINGS = Path("fuzz-findings")


def main(names: list[str]) -> int:
    from tests.fuzz.targets import targets

    unknown = set(names) - targets().keys()
    if unknown:
        print(f"No such target: {', '.join(sorted(unknown))}. There are: {', '.join(targets())}")
        return 2
    FINDINGS.mkdir(exist_ok=True)
    failed = []
    for number, name in enumerate(names or sorted(targets()), 1):
        print(f"[{number}/{len(names or targets())}] {name}: {SECONDS} s ...", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", "--one", name], capture_output=True, check=False
        )
        told = done.stderr.decode(errors="replace").splitlines()
        tries = [line for line in told if line.startswith("Done ")]
        print(f"    {tries[-1] if tries else 'stopped'}", flush=True)
        if done.returncode:
            failed.append(name)
            print("\n".join(f"    {line}" for line in told[-30:]), flush=True)
    print(f"{len(failed)} of the targets failed{': ' if failed else ''}{', '.join(failed)}.")
    return int(bool(failed))


def one(name: str) -> None:
    """Fuzz one target in this process until its time is up."""
    import atheris

    with atheris.instrument_imports(include=["tocsin"]):
        from tests.fuzz.targets import targets
        from tocsin.domain.refusal import Refusal

        target = targets()[name]

    def parse(data: bytes) -> None:
        try:
            target.parse(data)
        except (ValueError, Refusal):
            return

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-max_total_time={SECONDS}",
            "-max_len=65536",
            "-timeout=30",
            "-rss_limit_mb=4096",
            f"-artifact_prefix={FINDINGS}/{name}-",
        ]
        atheris.Setup([sys.argv[0], corpus, *options], parse)
        atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
