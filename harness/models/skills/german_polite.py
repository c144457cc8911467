"""A curt German message said politely: statements with "leider", orders and questions as requests.

Runs in the model worker; pure; the text is hostile and capped. Words stay those of the writer; a
clause that no rule takes is kept as it stands, with its spelling mended. What fools it: nouns that
no article leads stay small, and a clause of two verbs.
"""

from __future__ import annotations

import re

_MOST = 700
_ORDER = re.compile(
    r"\b(?:mach\w*|schreib\w*|formulier\w*|verfass\w*|wandle?|umformulier\w*|verwandle|drück\w*|sag\w*|"
    r"bitte)\b[^\n]{0,80}?\b(?:höflich\w*|freundlich\w*|förmlich\w*|formell\w*|netter|sachlich\w*|"
    r"professionell\w*)\b|"
    r"\b(?:höflich\w*|freundlich\w*|förmlich\w*|formell\w*) (?:umschreiben|formulieren|"
    r"umformulieren)",
    re.I,
)
_MAIL = re.compile(r"\b(?:e-?mail|mail|brief|schreiben|anschreiben|nachricht)\b", re.I)
_LIMIT = re.compile(
    r"\b(?:max(?:imal|\.)?|höchstens|nicht mehr als|bis zu) (?P<n>\d{1,3}) wört", re.I
)
_RUDE = re.compile(
    r"\b(?:endlich|verdammt\w*|gefälligst|echt|mal|blöd\w*|scheiß\w*|eh|halt|sofort|eigentlich|"
    r"jetzt)\b ?",
    re.I,
)
_SPELLING = {
    "nich": "nicht", "nix": "nichts", "is": "ist", "ne": "eine", "nen": "einen", "hab": "habe",
    "brauch": "brauche", "krieg": "erhalte", "grad": "gerade", "heut": "heute", "was": "was",
    "kaputt": "defekt", "ihr": "Sie", "du": "Sie", "euch": "Ihnen", "dir": "Ihnen", "dich": "Sie",
    "eure": "Ihre", "euer": "Ihr", "deine": "Ihre", "dein": "Ihr", "euren": "Ihren",
    "best.-nr.": "Best.-Nr.", "rg.-nr.": "Rg.-Nr.", "nr.": "Nr.",
}  # fmt: skip
_INFINITIVES = {
    "schick": "schicken", "send": "senden", "gib": "geben", "geb": "geben", "sag": "sagen",
    "mach": "machen", "komm": "kommen", "bring": "bringen", "antwort": "antworten",
    "meld": "melden", "zahl": "zahlen", "überweis": "überweisen", "reparier": "reparieren",
    "lies": "lesen", "schreib": "schreiben", "hol": "holen", "lass": "lassen", "prüf": "prüfen",
    "bestell": "bestellen", "stornier": "stornieren", "erstatt": "erstatten", "liefer": "liefern",
    "ruf": "rufen", "hilf": "helfen", "helf": "helfen", "zeig": "zeigen", "warte": "warten",
    "erklär": "erklären", "änder": "ändern", "lösch": "löschen", "tausch": "tauschen",
    "beantwort": "beantworten", "kümmer": "kümmern", "öffn": "öffnen", "räum": "räumen",
}  # fmt: skip
_FINITE = re.compile(
    r"\b(?:ist|sind|war|waren|hat|haben|habe|fehlt|fehlen|funktioniert|geht|tropft|klemmt|stimmt|kam|"
    r"kamen|wurde|wurden|kann|muss|läuft|riecht|passt|steht|liegt|warte|brauche|erhalte)\b",
    re.I,
)
_ASKS = re.compile(
    r"^(?P<w>wann|wo|warum|wieso|weshalb|wer|wie|wohin|wie lange)\s(?P<v>[^\W\d]+)\s(?P<r>.+)$",
    re.I,
)
_PREFIXES = frozenset("an ab auf aus ein mit vor vorbei zu zurück los weiter".split())
_ARTICLE = re.compile(
    r"\b(?P<a>der|die|das|den|dem|des|ein|eine|einen|einem|einer|mein|meine|meinen|meiner|unser|"
    r"unsere|unseren|Ihre|Ihr|Ihren|kein|keine|keinen|zwei|drei|vier|fünf|"
    r"sechs|acht|zehn|im|am|zum|zur|beim|vom) (?P<n>[a-zäöüß]{3,})"
    r"(?P<m> [a-zäöüß]{3,})?\b"
)
_WEEKDAY = re.compile(
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|märz|april|"
    r"mai|juni|juli|august|september|oktober|november|dezember)s?\b"
)
_SMALL = frozenset(
    "ist sind war hat haben habe kommt kommen fehlt und oder aber seit noch immer nicht schon "
    "bis am "
    "im in auf mit von zu für bei nach geht funktioniert defekt bitte wieder da hier heute morgen "
    "gestern erst dass weil wenn wird wurde werden kann muss soll sehr zurück schicken senden "
    "geben "
    "machen reparieren bringen tropft klemmt stimmt läuft riecht passt steht liegt warte".split()
)


def made_polite(said: str) -> str:
    """A message in German said politely, where a German order wants it so; else empty.

    Args:
        said: order and message.
    """
    if len(said) > _MOST:
        return ""
    order, text = _parted(said)
    if not text or not _ORDER.search(order) or len(text.split()) < 2:
        return ""
    clauses = _clauses(text)
    lines = [line for line in map(_said, clauses) if line]
    if not lines:
        return ""
    body = " ".join(f"{line[:1].upper()}{line[1:]}" for line in lines)
    if not _MAIL.search(order):
        return body
    first = lines[0][:1].lower() if _is_small(lines[0]) else lines[0][:1]
    whole = f"Sehr geehrte Damen und Herren,\n\n{first}{body[1:]}\n\nMit freundlichen Grüßen"
    limit = _LIMIT.search(order)
    return whole if limit is None or len(whole.split()) <= int(limit["n"]) else body


def _is_small(line: str) -> bool:
    return not line.startswith(("Sie ", "Ihr"))


def _parted(said: str) -> tuple[str, str]:
    """Order and message: a quotation, what a blank line or a colon leads to."""
    quote = re.search(r"[\"“„«»](?P<t>[^\"“”„«»]{8,600})[\"”“«»]\s*$", said)
    if quote:
        return said[: quote.start()], quote["t"]
    parts = re.split(r"\n\s*\n|:\s*\n|\n", said, maxsplit=1)
    if len(parts) == 2:
        return parts[0], parts[1].strip()
    order, mark, text = said.partition(": ")
    return (order, text.strip()) if mark else ("", "")


def _clauses(text: str) -> list[str]:
    bare = re.sub(r"^\W*(?:hey|hi|hallo|yo|moin|servus|na)\b[\s,!.]*", "", text.strip(), flags=re.I)
    bare = re.sub(r"\b(best|rg|art|kd)\.-nr\.", r"\1․-nr․", bare, flags=re.I)  # no full stops
    bare = re.sub(r"\bnr\.", "nr․", bare, flags=re.I)
    parts = re.split(
        r"[.!?]+(?:\s+|$)|\n+|,\s+(?=(?:wann|wo|warum|wieso|weshalb|wer|wie|also|und)\b)|"
        rf",\s+(?=(?:{'|'.join(_INFINITIVES)})e?t?\b)",
        bare,
        flags=re.I,
    )
    return [p.replace("․", ".").strip(" ,") for p in parts if len(p.split()) >= 2]


def _said(clause: str) -> str:
    """One clause as a statement or a request."""
    words = [
        _SPELLING.get(word.lower(), word) if word[:1].islower() else word
        for word in _RUDE.sub("", clause).replace("(best.-nr.", "(Best.-Nr.").split()
    ]
    plain = re.sub(r"^(?:und|also|bitte)\s", "", " ".join(words).strip(" ,"), flags=re.I)
    asked = _ASKS.match(plain)
    if asked:
        return f"könnten Sie mir bitte mitteilen, {_verb_last(asked)}?"
    first, _, rest = plain.partition(" ")
    stem = first.lower()
    formal = re.match(r"Sie\b ?", rest)
    stems = [stem, *(stem.removesuffix(end) for end in ("en", "et", "t", "e"))]
    known = next((_INFINITIVES[one] for one in stems if one in _INFINITIVES), "")
    if known and (formal or not stem.endswith("en")):
        rest = rest[formal.end() :] if formal else rest
        tail = rest.split()[-1] if rest else ""
        if tail in _PREFIXES:
            rest, known = rest.rsplit(" ", 1)[0] if " " in rest else "", tail + known
        rest = re.sub(
            r"^(?:den|die|das)$", lambda m: {"den": "ihn", "die": "sie"}.get(m[0], "es"), rest
        )
        whom = re.match(r"(?:(?:mir|uns|Ihnen|mich|sich|es|ihn)\b ?){1,2}", rest)
        who = f"{whom[0].strip()} " if whom else ""
        rest = rest[whom.end() :] if whom else rest
        return f"könnten Sie {who}bitte {_nouns(f'{rest} ' if rest else '')}{known}?"
    plain = _nouns(plain)
    own = re.match(r"(?:habe|brauche|warte|erhalte|bin)\b", plain, re.I)
    if own:
        return f"leider {own[0].lower()} ich{plain[own.end() :]}."
    verb = _FINITE.search(plain)
    if verb and 0 < verb.start() <= 60 and not re.search(r"[,;]", plain[: verb.start()]):
        before = plain[: verb.start()].strip()
        before = before[:1].lower() + before[1:] if before.split()[0].lower() in _LEADS else before
        return f"leider {verb[0]} {before}{plain[verb.end() :]}."
    return f"{plain}."


_LEADS = frozenset("der die das ein eine mein meine unser unsere ich wir es sie er".split())


def _verb_last(asked: re.Match[str]) -> str:
    """An indirect question: "wann kommt die Lieferung" becomes "wann die Lieferung kommt"."""
    rest = asked["r"].strip(" ?,")
    verb = asked["v"]
    tail = rest.split()[-1]
    if tail in _PREFIXES and " " in rest:
        rest, verb = rest.rsplit(" ", 1)[0], tail + verb
    pronoun = {"die": "sie", "der": "er", "das": "es"}.get(rest.lower())
    if rest.split()[0] == "Sie" and verb.endswith("t"):
        verb = f"{verb[:-1]}n" if verb.endswith(("tet", "det")) else f"{verb[:-1]}en"
    return f"{asked['w'].lower()} {pronoun or _nouns(rest)} {verb}"


def _nouns(text: str) -> str:
    """Nouns behind an article with a capital letter, past one adjective."""

    def put(mark: re.Match[str]) -> str:
        noun, more = mark["n"], (mark["m"] or "").strip()
        if noun in _SMALL:
            return mark[0]
        if more and more not in _SMALL and re.search(r"e[nrsm]?$", noun):
            return f"{mark['a']} {noun} {more.capitalize()}"
        return f"{mark['a']} {noun.capitalize()}{f' {more}' if more else ''}"

    text = _WEEKDAY.sub(lambda m: m[0].capitalize(), text)
    return _ARTICLE.sub(put, text)
