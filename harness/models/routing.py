"""A system message that makes a router: whatever is said gets one of its labels and no prose.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Small talk, a question about the world and an order to the model are messages like any other there:
what is out of scope gets the menu's own label for that. What fools it: a system message that names
labels for one kind of message only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from harness.models import turns_cues
from harness.models.answer_words import offered, rest_name
from harness.models.definitions import meanings
from harness.models.labels import Label
from harness.models.menus import find_menu
from harness.models.reading import Reading
from harness.models.sorting_branches import ordered

Messages = tuple[tuple[str, str], ...]
_MOST_SYSTEM = 4_000
_MOST_SAID = 2_000
_POLAR = frozenset("y n yes no ja nein oui non true false".split())
_WORDS = ("label", "classif", "rout", "intent", "categor", "sort", "triage", "queue", "one of",
          "tag", "filter", "team", "department", "topic", "folder")  # fmt: skip


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first router is met."""
    return {
        "makes": re.compile(
            r"\b(?:router|classifier|classif(?:y|ies)|labell?er|labels?|routes?|routing|sorts?|"
            r"sorted|"
            r"triage|categori[sz]es?|intents?|categor(?:y|ies)|queues?|tags?|topics?|teams?|"
            r"folders?|"
            r"departments?|exactly one|one of)\b",
            re.I,
        ),
        "bounds": re.compile(
            r"\b(?:only|nothing (?:else|more)|no other|no (?:explanation|prose|words|text|comment)|"
            r"exactly|never chat|not chat|do not (?:answer|reply|chat)|don'?t (?:answer|reply|"
            r"chat)|"
            r"(?:answer|reply|respond|output|print|return|write|say|give|emit|choose|pick|use|"
            r"assign)\w{0,2}\b[^.\n]{0,40}\b(?:one|a single|the|its|a) (?:[a-z]{2,14} )?(?:of|"
            r"label|word|intent|category|queue|tag|team|topic|code|class|name|folder|department)\b|"
            r"one (?:label|word|intent|category|queue|tag|team|topic|code|class|folder|"
            r"department)\b|"
            r"(?:classif(?:y|ies)|labels?|sorts?|routes?|tags?|categori[sz]es?) (?:each|every|all|"
            r"what(?:ever)?|any|the|user|incoming|customer|chat|messages?)\b)",
            re.I,
        ),
        "asked": re.compile(
            r"\b(?:extract|summari[sz]e|translate|rewrite|(?:answers?|answering) (?:\w+ "
            r"){0,2}questions?|"
            r"json keys|fields)\b|"
            r"\b(?:if|when) (?:the user|users?|somebody|someone|a user|"
            r"asked)\b[^.\n]{0,30}\b(?:asks?|"
            r"wants?|to)\b[^.\n]{0,20}\b(?:classif|label|sort|categor)",
            re.I,
        ),
        "piped": re.compile(
            r"(?P<list>[A-Za-z][\w-]{1,24}(?: ?\| ?[A-Za-z][\w-]{1,24}){1,11})(?=\W|$)"
        ),
        "hashed": re.compile(
            r"#[A-Za-z][\w-]{1,24}(?:[ ,|]{1,3}(?:or )?#[A-Za-z][\w-]{1,24}){1,11}"
        ),
        "rest": re.compile(
            r"^#?(?:other\w*|misc\w*|none\w*|nobody|nowhere|no[_-]\w+|n/?a|unknown|nothing|else|"
            r"general|ignore|"
            r"out[_ -]?of[_ -]?\w+|off[_ -]?topic|fallback|default|unclear|irrelevant|rest|"
            r"chit[_-]?chat|small[_ ]?talk|neither)$",
            re.I,
        ),
        "rest_meaning": re.compile(
            r"^\W*(?:for )?(?:(?:everything|anything|all|whatever|something|any(?: other)?)\b"
            r"[^.;]{0,16}\b(?:else|other|rest|not)\b|(?:all |for )?(?:the |other )?(?:rest|"
            r"others)\b|"
            r"(?:if |when )?(?:none|nothing|no other|not)\b|does(?: not|n'?t) fit|out of scope|"
            r"off[- ]topic|unrelated|any other|other (?:things|matters|messages|stuff))",
            re.I,
        ),
    }


def labels_of(system: str) -> tuple[Label, ...]:
    """The closed set of labels that a system message has every message answered with.

    Args:
        system: the system messages, joined.

    Returns:
        The labels in order, with what is said of them; empty where it makes no router.
    """
    head = system[:_MOST_SYSTEM]
    low = head.lower()
    if not any(word in low for word in _WORDS) and "|" not in head:
        return ()
    told = _patterns()
    if not (told["makes"].search(head) or "|" in head) or not told["bounds"].search(head):
        return ()
    if told["asked"].search(head):
        return ()
    labels = _listed(head)
    names = {label.name.lower() for label in labels}
    if not 2 <= len(names) == len(labels) or names <= _POLAR:
        return ()
    rest = rest_name(head)
    if rest and rest.lower() not in names:
        labels = (*labels, Label(rest, "none of these, something else"))
    return labels


def rest_of(labels: tuple[Label, ...]) -> Label | None:
    """The label for what fits none of the others, where the set has one."""
    told = _patterns()
    for label in labels:
        if label.definition and told["rest_meaning"].match(label.definition):
            return label
    return next((label for label in labels if told["rest"].match(label.name)), None)


def routed(reading: Reading, labels: tuple[Label, ...], messages: Messages) -> Reading:
    """The reading of a router's last message as one that gets a label.

    Args:
        reading: the prompt, understood without regard to that.
        labels: the router's.
        messages: (role, text), oldest first.
    """
    said = messages[-1][1].strip()
    own = reading.task == "classify" and len(reading.labels) >= 2
    names = {label.name.lower() for label in labels}
    if own and {label.name.lower() for label in reading.labels} != names and _asks_itself(said):
        return reading  # a set of the message's own
    if reading.talk and reading.bound and reading.task == "classify":
        return reading  # a later turn has changed the set
    if reading.renames or reading.again is not None or _is_follow_up(messages, names):
        return reading
    is_led = re.search(r"[:\n\"“]", said) is not None  # a text may be set apart in it
    keeps = (
        is_led
        and own
        and bool(reading.data)
        and {one.name.lower() for one in reading.labels} >= names
    )
    return replace(
        reading,
        task="classify",
        labels=reading.labels if keeps else labels,
        data=reading.data if keeps else (said,),
        items=reading.items if keeps else (),
        coded=reading.coded if keeps else all(one.definition for one in labels),
        scale=None,
        question="",
        said="",
        bound=True,
    )


def router_labels(messages: Messages) -> tuple[Label, ...]:
    """The labels, where the last message is one that a router is to label; else empty."""
    if len(messages) < 2 or messages[-1][0] != "user" or len(messages[-1][1]) > _MOST_SAID:
        return ()
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    return labels_of(system) if system.strip() else ()


def _listed(head: str) -> tuple[Label, ...]:
    """The labels as they are listed: line by line, explained, in a row, or between strokes."""
    if "#" in head and (mark := _patterns()["hashed"].search(head)):
        return tuple(map(Label, re.findall(r"#[\w-]+", mark[0])))
    menu = find_menu(head)
    if menu is not None and menu.meanings:
        return tuple(map(Label, menu.names, menu.meanings))
    offer = offered(head)
    offered_names = frozenset(one.name.lower() for one in offer.labels) if offer else frozenset()
    found = meanings(head, offered_names)
    if len(found) >= 2 and (offer is None or len(found) >= len(offer.labels)):
        return tuple(Label(one.name, one.meaning) for one in found)
    if offer is not None:
        return offer.labels
    if menu is not None:
        return tuple(map(Label, menu.names))
    if told := ordered(head):
        return told
    mark = _patterns()["piped"].search(head) if "|" in head else None
    return tuple(Label(name.strip()) for name in mark["list"].split("|")) if mark else ()


def _asks_itself(said: str) -> bool:
    """Whether a message brings an order to sort of its own."""
    return bool(re.search(r"\b(?:classify|labels?|categor\w+|one of|sort)\b", said, re.I))


def _is_follow_up(messages: Messages, names: set[str]) -> bool:
    """Whether the last turn speaks of the label given before: "why?", "are you sure?"."""
    if messages[-2][0] != "assistant" or not messages[-2][1].strip():
        return False
    cue = turns_cues.cue_of(messages[-1][1])
    if turns_cues.renamed(messages[-1][1], tuple(names)):
        return True
    return cue is not None and cue.move in ("why", "push", "drop", "new")
