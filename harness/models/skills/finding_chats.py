"""Questions on a chat that its lines answer by being counted, timed or compared.

Runs in the model worker; the text is hostile and capped. Who said how much, how long it took from
the first line to the last, who did in the end what others talked about.
"""

from __future__ import annotations

import re
from collections import Counter

from harness.models.skills.chat_logs import Turn, asked_of_chat, turns_of
from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_conversion import spoken_minutes
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.reckoning_outcome import Worked

_MESSAGES = re.compile(r"\bhow many (?:messages|lines|times|posts|mails)\b", re.I)
_EACH = re.compile(r"\beach\b|\bevery\b|\bper person\b|\bwho\b", re.I)
_DONE = re.compile(
    r"\b(?:added|done|fixed|merged|green now|solved|found it|sorted|pushed|deployed|restarted|"
    r"works now|"
    r"sent|booked|ordered|paid|finished|closed|cleaned|repaired|delivered|did it|got it|is up "
    r"again)\b",
    re.I,
)
_DID = re.compile(
    r"\bwho\b.{0,30}\b(?:fixed|solved|did|added|repaired|found|sorted|finished|closed|sent|"
    r"booked|ordered|"
    r"paid|restarted|cleaned|made it work)\b",
    re.I,
)


def of_chat(ask: str, text: str, whole: str) -> Worked | None:
    """The answer that the lines of a chat give; None where the text is none or gives none.

    Args:
        ask: the question.
        text: what it is asked of.
        whole: the prompt, which may name the form of the answer.
    """
    turns = turns_of(text)
    if not turns:
        return None
    if _MESSAGES.search(ask):
        return _counted(ask, turns)
    if re.search(r"\bhow long\b|\bhow many minutes\b", ask, re.I):
        return _lasted(ask, turns)
    if _DID.search(ask):
        done = [t for t in turns if _DONE.search(t.said) and "?" not in t.said]
        about = [t for t in done if stems(ask) & stems(t.said)]
        if done:
            return Worked((about or done)[-1].who, "", turns[0].who)
    answer = asked_of_chat(ask, text)
    if answer is None:
        return None
    if re.search(r"\b[A-Z]{3,} \| [A-Z]{3,}", whole) and ", " in answer:
        answer = " | ".join(part.removeprefix("at ") for part in answer.split(", "))
    return Worked(answer, "", "")


def _counted(ask: str, turns: list[Turn]) -> Worked | None:
    counts = Counter(turn.who for turn in turns)
    named = [who for who in counts if re.search(rf"\b{re.escape(who)}\b", ask, re.I)]
    if len(named) == 1:
        return Worked(str(counts[named[0]]), "", str(counts[named[0]] + 1))
    if _EACH.search(ask):
        said = ", ".join(f"{who} {count}" for who, count in counts.items())
        return Worked(said, "", "")
    total = sum(counts.values())
    return Worked(str(total), "", str(total - 1))


def _lasted(ask: str, turns: list[Turn]) -> Worked | None:
    """From the first line with a time to the last, or to the line that tells of the end."""
    timed = [(m[0].at, t) for t in turns if (m := moments(t.line[:16]))]
    if len(timed) < 2:
        return None
    done = [at for at, turn in timed if _DONE.search(turn.said) and "?" not in turn.said]
    end = done[-1] if done and not re.search(r"\blast\b", ask, re.I) else timed[-1][0]
    minutes = (end - timed[0][0]) % 1440
    return Worked(spoken_minutes(minutes), "", spoken_minutes(minutes + 10)) if minutes else None
