"""Hold labelled messages to their plan: `python -m scripts.lint_data [FOLDER] [--json]`.

Runs in T, over an author's files: hidden/strata.toml says what export and holdout have to come to.
Prints every count and share beside what was planned, then what is off; exit 1 when anything is.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations, pairwise
from math import ceil
from pathlib import Path
from statistics import median

import click

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES
from harness.core.errors import BadExercise, YoursToFix
from scripts.messages import PLACE, Message, Plan, Texts, read_parts, read_plan

_EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")


@dataclass
class Findings:
    """What a lint came to.

    Attributes:
        strata: by part and kind, (planned, found).
        axes: by part and axis, (planned, found).
        texts: figures of what every text is held to, by name.
        problems: what is off, in words; empty when all is as planned.
    """

    strata: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    axes: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    texts: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def lint(exercise: Exercise) -> Findings:
    """Return how an exercise's messages compare with its plan.

    Raises:
        BadExercise: there is no plan, or a file cannot be read.
    """
    plan = read_plan(exercise)
    parts = read_parts(exercise)
    found = Findings()
    for part in plan.strata:
        if not parts.get(part):
            raise BadExercise(f"{PLACE} plans the part {part!r} and there are no such messages")
        _count_strata(found, part, parts[part], plan)
        _measure_axes(found, part, parts[part], plan)
        _read_texts(found, part, parts[part], plan.texts)
    _compare(found, parts, plan.texts)
    for message in (one for rows in parts.values() for one in rows):
        found.problems += _untrue_tags(message, plan.texts)
    return found


def likeness(one: set[str], other: set[str]) -> float:
    """Return the share of runs of four characters that two texts have in common, 0 to 1."""
    return len(one & other) / max(1, len(one | other))


def grams(text: str) -> set[str]:
    """Return a text's runs of four characters, without case and with one space."""
    plain = re.sub(r"\s+", " ", text.lower())
    return {plain[n : n + 4] for n in range(len(plain) - 3)}


def _count_strata(found: Findings, part: str, rows: Sequence[Message], plan: Plan) -> None:
    count, wanted = Counter(one.stratum for one in rows), plan.strata[part]
    names = [*wanted, *sorted(set(count) - set(wanted))]
    found.strata[part] = {name: (wanted.get(name, 0), count[name]) for name in names}
    for name, (planned, there) in found.strata[part].items():
        if planned != there:
            found.problems.append(f"{part}: {name} has {there} messages, planned are {planned}")


def _measure_axes(found: Findings, part: str, rows: Sequence[Message], plan: Plan) -> None:
    measured = measure(rows)
    found.axes[part] = {}
    for name, one in plan.axes.items():
        is_known = name in measured or name.startswith(("lang ", "channel "))
        if not is_known:
            raise BadExercise(f"{PLACE}: no axis {name!r}; there are {', '.join(measured)}")
        there = measured.get(name, 0.0)
        found.axes[part][name] = (one.wanted, there)
        if abs(there - one.wanted) > one.within:
            found.problems.append(
                f"{part}: {name} is {there:.3g}, planned {one.wanted:g} ± {one.within:g}"
            )


def measure(rows: Sequence[Message]) -> dict[str, float]:
    """Return every axis there is: shares of the messages, and words of a text.

    Args:
        rows: at least one message.
    """
    names = ("typos", "no capitals", "emoji", "trace or signature", "version missing")
    shares: Counter[str] = Counter({name: 0 for name in (*names, "locale wrong")})
    for one in rows:
        shares[f"lang {one.lang}"] += 1
        shares[f"channel {one.channel}"] += 1
        shares["typos"] += "typos" in one.tags
        shares["no capitals"] += is_without_capitals(one.text)
        shares["emoji"] += bool(_EMOJI.search(one.text))
        shares["trace or signature"] += bool({"trace", "signature"} & set(one.tags))
        shares["version missing"] += not one.app_version
        shares["locale wrong"] += one.locale_hint.split("-")[0] != one.lang
    words = sorted(len(one.text.split()) for one in rows)
    return {name: count / len(rows) for name, count in shares.items()} | {
        "words, median": median(words),
        "words, 95th percentile": words[ceil(0.95 * len(words)) - 1],
    }


def is_without_capitals(text: str) -> bool:
    """Whether a text has letters and none of them is a capital."""
    return text != text.upper() and text == text.lower()


def _read_texts(found: Findings, part: str, rows: Sequence[Message], texts: Texts) -> None:
    words = [re.findall(r"\w+", one.text.lower()) for one in rows]
    beginning, most = Counter(" ".join(one[:5]) for one in words).most_common(1)[0]
    pairs = [pair for one in words for pair in pairwise(one)]
    distinct = len(set(pairs)) / max(1, len(pairs))
    found.texts |= {f"{part}: same beginning": most, f"{part}: distinct pairs": distinct}
    if most > texts.same_beginning:
        found.problems.append(f"{part}: {most} texts begin with {beginning!r}")
    if distinct < texts.distinct_pairs:
        found.problems.append(f"{part}: {distinct:.2f} of the word pairs are new")
    if [one.received_at for one in rows] != sorted(one.received_at for one in rows):
        found.problems.append(f"{part}: the rows are not in order of arrival")


def _compare(found: Findings, parts: Mapping[str, Sequence[Message]], texts: Texts) -> None:
    """Find texts that resemble each other: planted ones have to, all others must not."""
    rows = [(part, one, grams(one.text)) for part, some in parts.items() for one in some]
    nearest = unplanted = 0.0
    told = Counter(one.incident for _, one, _ in rows if one.incident)
    alike: set[str] = set()
    for (part, a, x), (other, b, y) in combinations(rows, 2):
        value = likeness(x, y)
        if "holdout" in (part, other) and part != other:
            nearest = max(nearest, value)
            if value >= texts.leak:
                found.problems.append(f"{a.msg_id} and {b.msg_id}: public and hidden, {value:.2f}")
        if a.incident is not None and a.incident == b.incident and part == other:
            alike |= {a.incident} if value >= texts.alike else set()
            continue
        unplanted = max(unplanted, value)
        if value >= texts.alike:
            found.problems.append(f"{a.msg_id} and {b.msg_id} are alike, {value:.2f}, not planted")
    found.texts |= {"nearest public to hidden": nearest, "most alike, not planted": unplanted}
    for incident, count in told.items():
        if count < 2 or incident not in alike:
            found.problems.append(f"{incident}: no two messages tell of it in much the same words")


def _untrue_tags(one: Message, texts: Texts) -> list[str]:
    """Return what a message's tags say and its text does not, or the reverse."""
    facts = {
        "not_english": one.lang != "en",
        "lowercase": is_without_capitals(one.text),
        "emoji": bool(_EMOJI.search(one.text)),
        "store": one.channel == "store",
        "long": len(one.text) > texts.long_from,
    }
    said = [
        f"{one.msg_id}: the tag {tag} is {'lacking' if is_so else 'untrue'}"
        for tag, is_so in facts.items()
        if is_so != (tag in one.tags)
    ]
    if one.stratum == "long" and not facts["long"]:
        said.append(f"{one.msg_id}: {len(one.text)} characters are not long")
    if not 0 < len(one.text) <= texts.longest:
        said.append(f"{one.msg_id}: {len(one.text)} characters, allowed are 1 to {texts.longest}")
    return said


def tell(found: Findings) -> str:
    """Return the findings as a table and a list."""
    parts = list(found.strata)
    lines = [f"{'':26}" + "".join(f"{part:>18}" for part in parts), f"{'planned / found':>44}"]
    for table, shown in ((found.strata, "{:d}"), (found.axes, "{:.3g}")):
        for name in dict.fromkeys(name for part in parts for name in table[part]):
            pairs = [table[part].get(name, (0, 0)) for part in parts]
            cells = (" / ".join(shown.format(number) for number in pair) for pair in pairs)
            lines.append(f"{name:26}" + "".join(f"{cell:>18}" for cell in cells))
        if table is found.strata:
            sums = [
                [sum(pair[n] for pair in table[part].values()) for n in (0, 1)] for part in parts
            ]
            lines.append(f"{'in all':26}" + "".join(f"{f'{a} / {b}':>18}" for a, b in sums))
    lines += [f"{name:32}{value:.3g}" for name, value in found.texts.items()]
    lines += [f"! {problem}" for problem in found.problems] or ["all as planned"]
    return "\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=OWN_EXERCISES / "eval-design")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def main(folder: Path, as_json: bool) -> None:
    """Hold the labelled messages of the exercise in FOLDER to their plan."""
    try:
        found = lint(read_exercise(folder))
    except YoursToFix as problem:
        click.echo(str(problem), err=True)
        sys.exit(problem.exit_code)
    click.echo(json.dumps(asdict(found), indent=2) if as_json else tell(found))
    sys.exit(1 if found.problems else 0)


if __name__ == "__main__":
    main()
