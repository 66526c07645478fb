"""Findings and the shipped pack, for tests of the policy."""

import pytest

from tocsin.domain.findings import Answer, Finding, Findings
from tocsin.policy.pack import Pack, load, shipped

NAME = "us_ic_icd191"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load(shipped(NAME), name=NAME)


@pytest.fixture(scope="session")
def unknown_findings() -> Findings:
    unknown = Finding(answer=Answer.UNKNOWN)
    return Findings(
        harm=unknown, directed=unknown, credible=unknown, specific=unknown, impending=unknown
    )
