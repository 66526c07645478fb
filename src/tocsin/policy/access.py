"""Who may do what, by the Cedar policies in access.cedar.

Denied unless a policy permits. What is decided here can only narrow what the
case itself allows.
"""

import json
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, NoReturn

import cedarpy

from tocsin.domain.actor import Role
from tocsin.domain.refusal import Code, refuse

_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts. A recipient's id is the id of the one delivery their link is for."""

    kind: Literal["officer", "system", "recipient"]
    id: str
    unit: str = ""
    roles: frozenset[str] = frozenset()
    enabled: bool = True

    def __post_init__(self) -> None:
        if not self.id or (self.kind == "officer" and not self.unit):
            raise ValueError("a principal has an id, and an officer a unit")
        if unknown := self.roles - frozenset(Role):
            raise ValueError(f"unknown roles: {sorted(unknown)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What need-to-know depends on; `members` are officer ids."""

    case_id: str
    unit: str
    restricted: bool = False
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`policy_ids` names the policies that decided; none means that none permits."""

    allowed: bool
    policy_ids: tuple[str, ...]


class Access:
    """The policies, parsed and validated once.

    Raises Refusal (PACK_INVALID) when the policies do not parse, do not fit the
    schema, or when one lacks an @id of its own.
    """

    def __init__(self, policies: str | None = None, schema: str | None = None) -> None:
        here = files("tocsin.policy")
        policies = policies or (here / "access.cedar").read_text("utf-8")
        schema = schema or (here / "access.cedarschema").read_text("utf-8")
        try:
            self._schema = cedarpy.Schema.from_str(schema)
            self._policies = cedarpy.PolicySet.from_str(policies)
            table = json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"]
        except ValueError as error:
            _invalid(str(error))
        self._ids = _named(table)
        checked = cedarpy.validate_policies(policies, self._schema)
        if not checked.validation_passed:
            fault = checked.errors[0]
            _invalid(f"{self._ids.get(fault.policy_id, fault.policy_id)}: {fault.error}")
        self.actions = frozenset(a for policy in table.values() for a in _actions(policy))
        if '"type": "Case"' in json.dumps(table):
            _invalid("a policy names one case, and decisions are remembered for all alike")
        # A decision depends on its arguments alone, so remembering it is safe.
        self._decide = lru_cache(maxsize=_REMEMBERED)(self._evaluate)

    def decide(
        self,
        *,
        principal: Principal,
        action: str,
        case: CaseFacts | None = None,
        delivery_id: str | None = None,
    ) -> Decision:
        """May `principal` do `action` on `case`, or on the house when there is none?

        Raises ValueError for an action that does not exist, or one asked of a
        case that is the house's, or the reverse: a bug in the caller.
        """
        # No policy knows a case by its number; without it, one decision serves all cases alike.
        alike = replace(case, case_id="any") if case else None
        return self._decide(principal, action, alike, delivery_id)

    def _evaluate(
        self, principal: Principal, action: str, case: CaseFacts | None, delivery_id: str | None
    ) -> Decision:
        who, what = _principal(principal), _resource(case)
        result = cedarpy.is_authorized(
            {
                "principal": who["uid"],
                "action": {"type": "Action", "id": action},
                "resource": what["uid"],
                "context": {} if delivery_id is None else {"delivery_id": delivery_id},
            },
            self._policies,
            [who, what],
            self._schema,
        )
        if result.diagnostics.errors:
            raise ValueError(f"access was not decided: {result.diagnostics.errors[0]}")
        reasons = sorted(self._ids[reason] for reason in result.diagnostics.reasons)
        return Decision(allowed=result.allowed, policy_ids=tuple(reasons))


@cache
def shipped() -> Access:
    """Tocsin's own policies, read once a process."""
    return Access()


def _principal(principal: Principal) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    match principal.kind:
        case "officer":
            attributes = {
                "officer_id": principal.id,
                "unit": principal.unit,
                "roles": sorted(principal.roles),
                "enabled": principal.enabled,
            }
        case "recipient":
            attributes = {"delivery_id": principal.id}
    return _entity(principal.kind.capitalize(), principal.id, attributes)


def _resource(case: CaseFacts | None) -> dict[str, Any]:
    if case is None:
        return _entity("House", "house", {})
    attributes = {
        "unit": case.unit,
        "restricted": case.restricted,
        "members": sorted(case.members),
    }
    return _entity("Case", case.case_id, attributes)


def _entity(kind: str, name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": []}


def _named(table: dict[str, Any]) -> dict[str, str]:
    # Cedar numbers policies by position; a decision must name them for good.
    names = {key: policy.get("annotations", {}).get("id", "") for key, policy in table.items()}
    if not all(names.values()) or len(set(names.values())) < len(names):
        _invalid("every policy needs an @id of its own")
    return names


def _actions(policy: dict[str, Any]) -> list[str]:
    scope = policy["action"]
    entities = scope.get("entities", [scope["entity"]] if "entity" in scope else [])
    return [entity["id"] for entity in entities]


def _invalid(why: str) -> NoReturn:
    refuse(
        Code.PACK_INVALID,
        f"The access policies were not loaded: {why}.",
        "Correct access.cedar or access.cedarschema; nobody is let in meanwhile.",
    )
