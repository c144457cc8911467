"""What is barred or let in by a bound, for the one case that the asker tells of.

Runs in the model worker; the text is hostile and capped, patterns are bounded. "Nothing but
bags under 5 kg", "boats up to 4 m", "the raft bears 200 kg", with "mine weighs 7 kg".
"""

from __future__ import annotations

import re

from harness.models.skills.finding_intervals import NUMBER, value_of
from harness.models.skills.reckoning_outcome import Worked

_UNIT = r"(?P<u>kg|kilos?|g|cm|m|km|litres?|l|people|persons?|years?|ans|años|jahre)"
_MOST = re.compile(
    r"\b(?P<w>under|below|less than|lighter than|smaller than|shorter than|up to|at most|no more "
    r"than|maximum(?: of)?|max\.?|carries|bears|holds|moins de|jusqu['’]à|au plus|maximum|"
    r"menos de|hasta|como máximo|unter|bis(?: zu)?|höchstens|maximal|trägt|weniger als)\s+"
    rf"(?P<n>{NUMBER})\s?{_UNIT}\b",
    re.I,
)
_STRICT = re.compile(r"under|below|less|lighter|smaller|shorter|moins|menos|unter|weniger", re.I)
_OWN = re.compile(
    r"\b(?:my|our|mine|we|i|he|she|mon|ma|mes|notre|nous|mi|mis|nuestr[oa]|mein\w*|unser\w*|wir|"
    rf"er|sie|il|elle)\b[^.?!\d]{{0,50}}?(?P<n>{NUMBER})\s?{_UNIT}\b",
    re.I,
)
_MAY = re.compile(
    r"\b(?:can|may|allowed|let in|permitted|ok|okay|possible|come|bring|peut|peux|puis|pouvons|"
    r"puede|puedo|podemos|darf|dürfen|kann|können)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:not allowed|prohibited|barred from|must not|verboten)\b", re.I)
_SAYS = {
    "en": ("Yes", "No", "{own} is more than {most}", "{own} is within {most}", "the limit of "),
    "fr": ("Oui", "Non", "{own}, c'est plus que {most}", "{own} ne dépasse pas {most}", ""),
    "es": ("Sí", "No", "{own} es más de {most}", "{own} no pasa de {most}", ""),
    "de": ("Ja", "Nein", "{own} ist mehr als {most}", "{own} liegt unter {most}", ""),
}


def within_bound(whole: str, tongue: str) -> Worked | None:
    """Yes or no with the two figures; None where not one bound and one figure are told.

    Args:
        whole: the prompt.
        tongue: of the answer.
    """
    if len(whole) > 900 or tongue not in _SAYS or not _MAY.search(whole) or _NOT.search(whole):
        return None
    asks = [s for s in re.split(r"(?<=[.!?])\s+|\n+", whole) if s.rstrip().endswith("?")]
    if (
        len(asks) != 1
        or not _MAY.search(asks[0])
        or re.search(
            r"\b(?:how|which|what|who|when|where|combien|quels?|cuánt\w+|wie|welche\w*)\b",
            asks[0],
            re.I,
        )
    ):
        return None
    bounds = list(_MOST.finditer(whole))
    own = [
        m
        for m in _OWN.finditer(whole)
        if not any(b.start() < m.end() and m.start("n") < b.end() for b in bounds)
    ]
    if len(bounds) != 1 or len(own) != 1 or bounds[0]["u"].lower() != own[0]["u"].lower():
        return None
    most, value = value_of(bounds[0]["n"]), value_of(own[0]["n"])
    if most is None or value is None:
        return None
    strict = bool(_STRICT.search(bounds[0]["w"]))
    fits = value < most if strict else value <= most
    yes, no, over, under, lead = _SAYS[tongue]
    unit = bounds[0]["u"]
    shown = f"{lead}{bounds[0]['n']} {unit}"
    said = (under if fits else over).format(own=f"{own[0]['n']} {unit}", most=shown)
    mark = " : " if tongue == "fr" else ": "
    return Worked(
        yes if fits else no, "", no if fits else yes, f"{yes if fits else no}{mark}{said}"
    )
