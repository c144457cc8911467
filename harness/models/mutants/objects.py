"""Reading and rewriting answers that are a label or a JSON object.

Pure; an answer may be anything. What cannot be read is left as it is by every fault.
"""

from __future__ import annotations

import json
import re
from typing import Any

from harness.models.mutants.scene import Scene

_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


def read_object(answer: str) -> dict[str, Any] | None:
    """Return the JSON object that an answer is, fenced or not; None for anything else."""
    fenced = _FENCE.match(answer)
    try:
        value = json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def written(value: Any) -> str:
    """Return a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def label_in(answer: str, scene: Scene) -> str:
    """Return the label that an answer gives, as the scene writes it; "" for none.

    An answer gives a label in its JSON, or is one.
    """
    found = read_object(answer)
    given = str(found.get(scene.key, "")) if found is not None else answer
    folded = given.strip().strip(".\"'").casefold()
    return next((one for one in scene.labels if one.casefold() == folded), "")


def relabelled(answer: str, scene: Scene, label: str) -> str:
    """Return an answer with another label in the same form; as it was for the label ""."""
    if not label:
        return answer
    found = read_object(answer)
    return label if found is None else written({**found, scene.key: label})
