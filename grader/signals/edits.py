"""prompt edit sizes: how much of a prompt each change touched."""

from __future__ import annotations

from statistics import median

from grader.attempt import Attempt
from grader.records import Signal
from grader.signals.moments import at_call, unscored
from grader.signals.versions import changed_share, nearest, no_change, own_versions

_NAME, _TITLE = "prompt_edit_sizes", "Size of prompt changes"
_MISLEADS = "A justified rewrite is large, and small is not wise by itself."


def prompt_edit_sizes(attempt: Attempt) -> Signal:
    """Return median and largest share of tokens that a prompt version changed in an earlier one."""
    found = own_versions(attempt)
    if len(found) < 2:
        return unscored(_NAME, _TITLE, no_change(found), _MISLEADS)
    sizes, moments = [], []
    for place, after in enumerate(found[1:], start=1):
        before = nearest(found[:place], after)
        assert before is not None
        share, hunks = changed_share(before.template, after.template)
        sizes.append(share)
        places = "one place" if hunks == 1 else f"{hunks} places"
        label = f"version {before.number} to {after.number}: {share:.2f} of the tokens, {places}"
        moments.append(at_call(attempt, after.calls[0], label))
    return Signal(
        name=_NAME,
        title=_TITLE,
        status="scored",
        value=f"median {median(sizes):.2f}, largest {max(sizes):.2f} of {len(sizes)} changes",
        why="changed tokens over tokens of the nearest earlier version",
        misleads=_MISLEADS,
        moments=tuple(moments),
    )
