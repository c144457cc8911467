"""Names, addresses and numbers of people hidden behind marks that tell them apart, the rest spared.

Runs in the model worker; pure, linear in the text. One person has one mark, by whichever part of the
name they are called. What fools it: a place that is not behind in, at or from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.skills.rewriting_edits import names_in

_MOST_CHARS = 8_000
_VERBS = re.compile(r"\b(?:redact\w*|anonymi[sz]e\w*|pseudonymi[sz]e\w*|de-?identify|mask\w*|censor\w*|hide|black(?:en)? out|blank out|x out|replace\w*|substitut\w+|swap\w*|exchange|put|turn|change)\b", re.I)
_SURE_VERBS = re.compile(r"\b(?:redact\w*|anonymi[sz]e\w*|pseudonymi[sz]e\w*|de-?identify|mask\w*|censor\w*|black(?:en)? out|blank out|x out)\b", re.I)
_KINDS: tuple[tuple[str, str], ...] = (
    ("email", r"e-?mails?(?: address(?:es)?)?|mail address(?:es)?"),
    ("phone", r"(?:tele)?phone(?: (?:numbers?|nrs?\.?|nos?\.?))?|telephones?|mobile numbers?|phones|tel\.? (?:numbers?|nrs?)"),
    ("iban", r"ibans?|bank (?:account|details)\w*|account numbers?|card numbers?|credit cards?"),
    ("url", r"urls?|links?|web ?sites?|web addresses"),
    ("address", r"street addresses|street names?|postal addresses|home addresses|addresses"),
    ("date", r"dates?"),
    ("time", r"times?(?: of day)?"),
    ("amount", r"amounts?(?: of money)?|prices?|sums?(?: of money)?|money"),
    ("place", r"places?|towns?|cities|city|locations?|place[- ]names?|villages?|countries"),
    ("company", r"compan(?:y|ies)(?:['’]s)?(?: names?)?|firms?|organi[sz]ations?|businesses|employers?"),
    ("person", r"(?:personal |people['’]?s? |persons?['’]? |first |last |full |private |customers?['’]? |patients?['’]? |employees?['’]? |all )*names?(?: of (?:people|persons|the people))?|people|persons?|individuals?|everyone|customers?|patients?|employees?|guests?|tenants?|speakers?"),
    ("number", r"(?:all )?numbers?|digits?|figures?"),
)  # fmt: skip
_KEEP = re.compile(
    r"\b(?:keep|leave|spare|except(?: for)?|but not|not the|do(?: not|n['’]t) (?:touch|change|redact|mask|replace|alter|hide)|without (?:touching|changing|replacing)|other than|apart from|don['’]?t touch|ignore|preserve|retain)\b[^.;\n]{0,120}"
    r"|(?:\b[\w'’-]+,? ){1,8}(?:must |should |may |can |shall )?(?:stays?|remains?)\b[^.;\n]{0,40}|(?:\b[\w'’-]+ ){1,6}(?:(?:is|are) (?:fine|ok|okay|public)|(?:must|should) be (?:kept|left)\b[^.;\n]{0,30})",
    re.I,
)
_MARK = re.compile(r"(?P<open>[\[<({⟨«*_]{0,2})(?P<word>[A-Za-z][A-Za-z]{0,19}(?:[ _-][A-Za-z]{2,12})?)(?P<gap>[ _#-]?)(?P<n>[1A0])(?P<close>[\]>)}⟩»*_]{0,2})(?![\w])")
_PUT = re.compile(r"\b(?:with|by|to|as|into|using|use|behind|->|→)\s+(?:an? |the |single |fixed )*(?:numbered |placeholders?|marks?|labels?|codes?|word |token |like |such as |of the form |in the form |text |string )*(?P<by>\[[^\]\n]{1,30}\]|<[^>\n]{1,30}>|\{[^}\n]{1,30}\}|[\"“'][^\"”'\n]{1,30}[\"”']|[A-Z][A-Z_]{1,19}\b|[*X_█#]{1,12}|…)")
_NUMBERED = re.compile(r"\bnumber(?:ed|ing)\b|\bsame (?:person|name|number|placeholder|mark|one)\b|\bconsistent\w*\b|\bnumber (?:them|each|the)\b|\b(?:unique|distinct|different) (?:placeholder|number|code|id|mark)s?\b|\bper person\b|\b[\[<]?[A-Z]\w*[ _]?1[\]>]?\W+(?:and )?[\[<]?[A-Z]\w*[ _]?2\b|\b(?:counting|counted) (?:up|through)\b", re.I)
_COMPANY = re.compile(
    r"\b(?:[A-ZÀ-Ý][\w'’-]* )*[A-ZÀ-Ý][\w'’-]*,? (?:& (?:Sons?|Co\.?|Daughters?|Partners?|Brothers|[A-ZÀ-Ý]\w+)|and Sons|Ltd\.?|Limited|GmbH|AG|Inc\.?|LLC|Corp\.?|PLC|KG|S\.?A\.?|B\.?V\.?|Co\.|Works|Bank|Group|Labs|Systems|Solutions|Foods|Logistics|Industries|Motors|Airlines?|Insurance|Brewery|Bakery|Studios?|Press|Media|Partners|Holdings?|Consulting|Trading|Energy|Telecom|University|College|Museum|Institute|Hospital|Clinic|School|Hotel|Club|Council|Association|Society|Foundation|Library|Theatre|Orchestra|Ferry Company|Company)\b(?! (?:said|told)\b)"
)
_TOWN = re.compile(r"\b(?:in|at|from|near|to|of|via|towards|around|outside|across|through|leave|leaves|left|reach|reached|visit|visited|lives? in)\s+(?:the )?$")
_TOWN_FRONT = re.compile(r"\b(?:Port|Saint|St\.?|San|Santa|New|Upper|Lower|North|South|East|West|Mount|Lake|Bad|Fort|Cape|Great|Little|Old)$")
_PATTERNS = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"),
    "phone": re.compile(r"(?<![\w.,#€$£-])\+?\(?\d{2,5}\)?(?:[ /.-]?\(?\d{2,5}\)?){1,6}(?![\w])"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b|\b(?:\d{4}[ -]){3}\d{4}\b|\b\d{8,18}\b"),
    "url": re.compile(r"\bhttps?://[^\s\"'<>]{1,200}|\bwww\.[\w./-]{3,120}"),
    "address": re.compile(r"\b\d{1,4}[a-z]? (?:[A-Z][\w'’-]+ ){1,3}(?:Street|Road|Lane|Avenue|Square|Way|Drive|Close|Row|Court|Place|St|Rd|Ave)\b\.?|\b[A-Z][\w'’-]*(?:straße|strasse|weg|gasse|platz|allee) \d{1,4}[a-z]?\b|\b(?:[A-Z][\w'’-]+ ){1,3}(?:Street|Road|Lane|Avenue|Square|Way|Drive) \d{1,4}[a-z]?\b"),
    "date": re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}(?:,? \d{4})?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", re.I),
    "time": re.compile(r"\b\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?\b|\b\d{1,2} ?[ap]\.?m\b\.?", re.I),
    "amount": re.compile(r"[€$£] ?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)* ?(?:€|\$|£|euros?|dollars?|pounds?|crowns?|francs?|cents?|eur|usd|gbp)\b", re.I),
    "number": re.compile(r"(?<![\w])\d+(?:[.,:]\d+)*(?!\w)"),
}  # fmt: skip
_TAKEN_FOR = ("email", "url", "iban", "address", "phone", "amount", "date", "time", "company", "person", "place", "number")


_ROLE = re.compile(r"^(?:Driver|Captain|Nurse|Teacher|Manager|Chef|Pupil|Patient|Tenant|Customer|Dear|Coach|Officer|Doctor|Professor|Colleague|Agent|Clerk|Guard|Pilot|Engineer|Inspector|Witness|Judge|Uncle|Aunt|Hi|Hello) ")
_GIVEN = re.compile(r"\b(?:told|gave|handed|hands|said|wrote|spoke|sent|lent|sold|showed|paid|passed|talked|promised|owes|give|tell|write|send|belongs|married|thanks|related|introduced|reports?|daughter|son|wife|husband|brother|sister|mother|father|friend|instead)\b[^.]{0,40}$")


_PRONOUNS = frozenset("i he she it they we you his her their our my your this that there here what who".split())


@dataclass(frozen=True)
class Found:
    """One mention of something to be hidden."""

    start: int
    end: int
    kind: str
    who: str


def masked(asked: str, text: str) -> str | None:
    """The text with what the order names hidden; None where it wants no marks, or none that differ."""
    asked = re.sub(r"\bw/ ?", "with ", asked)
    verb = _VERBS.search(asked) or re.search(r"\bbecomes?\b|\binstead of\b|->|→", asked)
    if verb is None or not text.strip() or len(text) > _MOST_CHARS:
        return None
    spared = " ; ".join(m[0] for m in _KEEP.finditer(asked))
    wanted = _KEEP.sub(" ; ", asked)
    kinds = _kinds(wanted[: 400])
    if not kinds and _SURE_VERBS.search(asked):
        kinds = ["person", "email", "phone"]
    kinds = [k for k in kinds if k not in _kinds(spared)] if spared else kinds
    if not kinds:
        return None
    is_numbered = bool(_NUMBERED.search(asked)) or bool(_template(wanted, kinds, text))
    own = _own_marks(wanted)
    if not is_numbered and not spared and not own and not re.search(r"\bwith (?:an? )?\[", asked):
        return None
    if not own and not (_SURE_VERBS.search(asked) or _PUT.search(wanted) or _template(wanted, kinds, text)):
        return None
    hits = _hits(text, kinds, spared)
    return _put(text, hits, wanted, kinds, own=own, numbered=is_numbered) if hits else None


def _kinds(asked: str) -> list[str]:
    found: list[tuple[int, str]] = []
    for kind, pattern in _KINDS:
        mark = re.search(rf"\b(?:{pattern})\b", asked, re.I)
        if mark:
            found.append((mark.start(), kind))
            asked = asked[: mark.start()] + " " * len(mark[0]) + asked[mark.end() :]
    return [kind for _, kind in sorted(found)]


def _own_marks(asked: str) -> dict[str, str]:
    """The mark of each kind, where the order gives each its own: "names become [N], phones [P]"."""
    marks = list(re.finditer(r"\[[A-Za-zÀ-ÿ_ ]{1,20}\]|<[A-Z_ ]{1,20}>|\{[A-Z_ ]{1,20}\}|\bX{3,8}\b|#{3,8}|\*{3,8}|█{2,8}", asked))
    out: dict[str, str] = {}
    at = 0
    for mark in marks[:8]:
        for kind in _kinds(asked[at : mark.start()]):
            out.setdefault(kind, mark[0])
        at = mark.end()
    return out


def _template(asked: str, kinds: Sequence[str], text: str) -> str:
    """The mark with {} for its number, as the order shows it; empty where it shows none."""
    for mark in _MARK.finditer(asked):
        if mark[0] in text or (mark["n"] == "A" and not (mark["gap"] or mark["open"])):
            continue
        front = asked[max(0, mark.start() - 40) : mark.start()]
        before_two = re.search(r"2|B\b|etc|\.\.\.|…|and so on|onwards?", asked[mark.end() : mark.end() + 40])
        if mark["open"] or before_two or re.search(r"\b(?:with|by|to|as|into|using|use|like)\W+(?:\w+ )?$", front):
            return f"{mark['open']}{mark['word']}{mark['gap']}{'{A}' if mark['n'] == 'A' else '{}'}{mark['close']}"
    return ""


def _hits(text: str, kinds: Sequence[str], spared: str) -> list[Found]:
    taken: list[Found] = []
    names = [n for n in re.findall(r"[\"“']([^\"”']{2,40})[\"”']|\b([A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*)", spared) for n in n if n]
    kept = [n for n in names if n in text and n.lower() not in ("keep", "leave", "dates", "do", "the", "companies")]
    guards = re.findall(r"\b(\w+) (?:numbers?|ids?|codes?|nos?)\b", spared)
    for kind in _TAKEN_FOR:
        found = _people(text, taken, kind == "person") if kind in ("person", "place", "company") else []
        if kind in ("person", "place", "company"):
            found = [f for f in found if f.kind == kind]
        else:
            found = [Found(m.start(), m.end(), kind, m[0]) for m in _PATTERNS[kind].finditer(text)]
            if kind == "phone":
                found = [f for f in found if len(re.sub(r"\D", "", f.who)) >= 7 or f.who.startswith(("0", "+", "("))]
            found = [f for f in found if not any(re.search(rf"\b{re.escape(g)}\w*(?: (?:number|no\.?|id|code))?[ :#]*$", text[max(0, f.start - 40) : f.start], re.I) for g in guards)]
        for one in found:
            if any(one.start < t.end and t.start < one.end for t in taken):
                continue
            taken.append(one)
    return sorted((f for f in taken if f.kind in kinds and f.who not in kept and not any(f.who in k or k in f.who for k in kept)), key=lambda f: f.start)


def _people(text: str, taken: Sequence[Found], people: bool) -> list[Found]:
    """Companies, people and places by their capitals."""
    out = [Found(m.start(), m.end(), "company", m[0]) for m in _COMPANY.finditer(text)]
    blank = list(text)
    for one in (*out, *taken):
        blank[one.start : one.end] = "x" * (one.end - one.start)
    rest = "".join(blank)
    for full in names_in(rest):
        name = _ROLE.sub("", full)
        if not name or name.split()[0].lower() in _PRONOUNS:
            continue
        for mark in re.finditer(rf"(?<![\w]){re.escape(name)}(?![\w])", rest):
            start = mark.start()
            title = re.search(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? $", rest[max(0, start - 6) : start])
            start -= len(title[0].lstrip()) if title else 0
            if any(start < o.end and o.start < mark.end() for o in out) or re.match(r" ?\d", rest[mark.end() :]):
                continue
            is_place = not title and bool(_TOWN_FRONT.match(name.split()[0]) or (_TOWN.search(before := rest[max(0, start - 12) : start]) and not _is_person(name, rest) and not (re.search(r"\b(?:to|of|via) $", before) and (" " in name or _GIVEN.search(rest[max(0, start - 60) : start])))))
            out.append(Found(start, mark.end(), "place" if is_place else "person", mark[0]))
    spans = [(o.start, o.end) for o in out]
    for mark in re.finditer(r"(?<=\b(?:in|at|to|of) )[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*|(?<=\bfrom )[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*", rest):
        if not any(s < mark.end() and mark.start() < e for s, e in spans) and not re.match(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December", mark[0]):
            out.append(Found(mark.start(), mark.end(), "place", mark[0]))
    return out


def _is_person(name: str, text: str) -> bool:
    """Whether a name also stands where only people do: at the front of a verb, behind a title."""
    first = re.escape(name.split()[0])
    return bool(re.search(rf"(?:^|[.!?] |, |and ){first}(?: [A-Z]\w+)? (?:said|says|told|asked|wrote|called|left|shrugged|paid|came|went|met|will|did|has|had|is|was|agreed|refused|answered|sent|signed|laughed|replied|knows|knew|wants|wanted|took|saw|gave)\b|\b(?:Mr|Mrs|Ms|Dr|Prof)\.? {first}", text))


def _put(text: str, hits: Sequence[Found], asked: str, kinds: Sequence[str], *, own: dict[str, str], numbered: bool) -> str:
    shown = _template(asked, kinds, text)
    single = _PUT.search(asked)
    plain = single["by"].strip("\"“”'") if single else ""
    numbers: dict[str, dict[str, int]] = {}
    marks = {} if numbered else own
    out: list[str] = []
    at = 0
    for one in hits:
        known = numbers.setdefault(one.kind if not shown or len(kinds) > 1 else "all", {})
        number = known.setdefault(_same(one, known), len(known) + 1)
        mark = marks.get(one.kind) or _mark(one.kind, number, shown, plain, kinds, numbered=numbered)
        out += [text[at : one.start], mark]
        at = one.end
    return "".join(out) + text[at:]


def _same(one: Found, known: dict[str, int]) -> str:
    """The key under which a thing counts as one that came before."""
    bare = re.sub(r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ", "", one.who)
    if one.kind != "person":
        return bare.lower()
    parts = set(bare.split())
    for key in known:
        if parts & set(key.split()) and (parts <= set(key.split()) or set(key.split()) <= parts):
            return key
    return bare


def _mark(kind: str, number: int, shown: str, plain: str, kinds: Sequence[str], *, numbered: bool) -> str:
    names = {"person": "NAME" if "person" in kinds else "PERSON"}
    name = names.get(kind, kind.upper())
    if shown and (len(kinds) == 1 or kind == kinds[0] or kind == "person"):
        return shown.replace("{A}", chr(64 + min(26, number))).replace("{}", str(number))
    if not numbered:
        return plain or f"[{name}]"
    if plain and len(kinds) == 1:
        inner = re.match(r"([\[<({]?)(.*?)([\]>)}]?)$", plain)
        return f"{inner[1]}{inner[2]}{'_' if inner[1] else ' '}{number}{inner[3]}" if inner else f"{plain}{number}"
    return f"[{name}_{number}]"
