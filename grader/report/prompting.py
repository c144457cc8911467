"""Prompt versions on a report's page: each beside the earlier one that it is nearest to.

Runs in T; pure. A candidate's words stand in frames, escaped.
"""

from __future__ import annotations

import difflib
import html
import re

from grader.page.markup import frame, words
from grader.report.evidence import Evidence, PromptVersion
from grader.report.pieces import at, block, count

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_KEPT = 60
"""Tokens that stay at either side of a change, spaces counted."""
_NO_PROMPT = (
    "No prompt of the candidate's own was sent twice; what was asked once stands in What was run."
)


def prompts(evidence: Evidence) -> str:
    """Return each prompt version as a word diff against the earlier one that it is nearest to."""
    found = evidence.prompts
    if len(found) < 2:
        told = "One prompt, never changed." if found else _NO_PROMPT
        return block("prompts", "Prompt versions", told, "")
    by_number = {one.number: one for one in found}
    parts = [_prompt(by_number.get(one.made_from or 0), one) for one in found]
    note = (
        "Each beside the earlier version that it is nearest to. Struck words were removed, "
        "underlined ones added; … is what differed from call to call, [… words] what stayed. A "
        "text that was pasted into the prompt, such as a handbook, is part of it."
    )
    return block("prompts", "Prompt versions", note, "".join(parts))


def _prompt(before: PromptVersion | None, after: PromptVersion) -> str:
    head = f"Version {after.number}, {count(after.calls, 'call')}{at(after.moment)}"
    head += f", beside version {before.number}" if before is not None else ""
    shown = prompt_frame(before, after, title=head)
    return f'<h4 style="margin-top:12px">{words(head)}</h4>{shown}'


def prompt_frame(before: PromptVersion | None, after: PromptVersion, *, title: str) -> str:
    """Return a prompt version in a frame, as a word diff against the one before.

    Args:
        before: the one before; None shows the version as it is.
        after: the version.
        title: what it is, for screen readers.
    """
    body = (
        words(after.template, 20_000)
        if before is None
        else word_diff(before.template, after.template)
    )
    seen = after.template if before is None else html.unescape(re.sub(r"<[^>]*>", "", body))
    lines = 1 + sum(1 + len(line) // 124 for line in seen.splitlines())
    return frame(f"<pre>{body}</pre>", title=title, lines=lines)


def word_diff(before: str, after: str) -> str:
    """Return two texts as one, removed words struck and added ones underlined; escaped.

    A long stretch that stayed is cut in its middle, and how many words are left out is said.
    """
    old, new = _TOKEN.findall(before[:20_000]), _TOKEN.findall(after[:20_000])
    parts = []
    for op, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = words("".join(old[a:b]), 20_000), words("".join(new[c:d]), 20_000)
        if op == "equal":
            parts.append(words(_shortened(new[c:d]), 20_000))
        else:
            parts.append(
                (f"<del>{gone}</del>" if gone else "") + (f"<ins>{come}</ins>" if come else "")
            )
    return "".join(parts)


def _shortened(tokens: list[str]) -> str:
    if len(tokens) <= 4 * _KEPT:
        return "".join(tokens)
    left = sum(bool(one.strip()) for one in tokens[_KEPT:-_KEPT])
    return "".join([*tokens[:_KEPT], f" [… {left} words] ", *tokens[-_KEPT:]])
