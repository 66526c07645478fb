"""The API does what its description says, whatever is sent; no input makes it break."""

import hypothesis
import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode
from schemathesis.python import asgi

from tests.support.house import JO, a_house, api_token
from tests.web.api.building import a_case
from tocsin.web import api
from tocsin.web.server import create_app

# Which well-formed bodies are also true (a window that closes after it opens, an address that can
# exist) no schema can say; those are refused with 422, and that is right.
BESIDE = "positive_data_acceptance"
NO_INPUT = {"/api/health"}
EXAMPLES = 4
OPERATIONS = sorted(
    (method, route.path)
    for route in iter_route_contexts(api.router.routes)
    if route.include_in_schema
    for method in route.methods
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """A house with one case in it, whose API is described to Schemathesis."""
    folder = tmp_path_factory.mktemp("fuzzed")
    url = f"sqlite:///{folder / 'tocsin.db'}"
    app = a_house(url, folder, public_url=f"http://{asgi.HOST}")
    yield app, a_case(app), api_token(app, JO)
    app.close()


@pytest.fixture(scope="module")
def schema(fuzzed):
    """The description as served, not as we know it."""
    return schemathesis.openapi.from_asgi("/api/openapi.json", create_app(fuzzed[0]))


few = hypothesis.settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def checked(case, token):
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"},
        excluded_checks=CHECKS.get_by_names([BESIDE]),
    )


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_that_is_described(fuzzed, schema, method, path):
    _, case_id, token = fuzzed
    operation = schema[path][method]
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    wanted = right.map(of(case_id)) if "case_id" in path else right

    @few
    @hypothesis.given(case=wanted if path in NO_INPUT else wanted | right | wrong)
    def ask(case):
        checked(case, token)

    ask()


def of(case_id):
    """The same request, about a case that is there."""

    def named(case):
        case.path_parameters["case_id"] = case_id
        return case

    return named
