"""What something comes to: prices, rates, extras and discounts put together in the text's order.

Runs in the model worker; the text is hostile and capped. A running amount goes through the clauses:
each adds, multiplies, takes a share off or caps it. What fools it: a discount on one thing of many
whose name the text does not repeat.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.finding_intervals import intervals, kind_of
from harness.models.skills.finding_sorts import is_of_sort
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import Figure, figures, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked

_ASKS = re.compile(
    r"\b(?:pays?|costs?|price|total|bill|due|owe|come to|comes to|charge[ds]?|in all|all in all|"
    r"altogether|left|remain\w*|change|spend|how much|fee|invoice|kostet|zahlt?|paga|paie|coûte)\b",
    re.I,
)
_LEFT = re.compile(r"\b(?:left|remain\w*|change|still (?:have|has)|get back)\b", re.I)
_CLAUSE = re.compile(
    r"(?<=[^\d\s])[.!](?:\s+|$)|;\s*|\n+|,\s+(?!\d{3}\b)(?:and |but )?|\s(?:but)\s|\s(?=plus\s)|"
    r"\s(?=\+\s?\d)|(?<=\d)\.\s+(?=[A-Z+])|\s(?=minus\s)"
)
_PERCENT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s?(?:%|per ?cent\b)(?P<off>[^.;,]{0,30}\b(?:off|discount|less|cheaper|"
    r"reduction)\b)?",
    re.I,
)
_OFF = re.compile(
    r"\b(?:off|discount|rebate|reduc\w+|less|cheaper|voucher|minus|deduct\w*)\b", re.I
)
_ON = re.compile(r"\b(?:tax|vat|tip|surcharge|service|on top|more|dearer|increase)\b", re.I)
_CAP = re.compile(
    r"\b(?:never more than|at most|no more than|up to|maximum(?: of)?|max\.?|capped at|limited "
    r"to)\s[€$£]?(\d+(?:[.,]\d+)?)",
    re.I,
)
_EACH = re.compile(r"\b(?:each|apiece|per (?:piece|head|person)|a piece)\b", re.I)
_PER = re.compile(
    r"(?:\bper\b|\bpro\b|\bpor\b|\bpar\b|/|\ban?\b|\bevery\b|\beach\b)\s?([^\W\d_]{1,14})", re.I
)
_AT = re.compile(r"\b(?:at|for|à|@|x|×|zu|a)\s*[€$£]?$", re.I)
_IF = re.compile(r"\b(?:if|for|when|on)\s((?:an? |the |you are |it is )?[\w -]{2,30})$", re.I)
_HAS = re.compile(
    r"\b(?:has|have|had|got|starts? with|begins? with|budget|pays? with|hands? over|gives? "
    r"(?:the|a))\b",
    re.I,
)
_EXTRA = re.compile(
    r"(?:postage|shipping|delivery|deposit|fee|extra|once|for|if|surcharge|tip)\b", re.I
)
_ONCE = re.compile(
    r"\b(?:base|basic|flat|fixed|once|deposit|postage|shipping|delivery|plus|extra|surcharge|"
    r"fee|and)\b|\+",
    re.I,
)


def tariff(ask: str, text: str) -> Worked | None:
    """What the clauses of a text come to; None where they do not show a whole reckoning.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    if not _ASKS.search(ask) or len(text) > 900 or re.search(r"\bhow many\b", ask, re.I):
        return None
    bands = [one for one in intervals(text) if kind_of(one.unit) not in ("money", "")]
    if bands and not _CAP.search(text):
        return None
    sum_ = _Sum(ask, text)
    for clause in _CLAUSE.split(text):
        if clause and re.search(r"\d", clause):
            sum_.take(clause.strip())
            sum_.settle()
    return sum_.result()


class _Sum:
    """The running amount and how it came about."""

    def __init__(self, ask: str, text: str) -> None:
        self._ask, self._text = ask, text
        self._whole = f"{text}\n{ask}"
        self._all = figures(self._whole)
        self._terms: list[tuple[Fraction, str, str]] = []  # amount, working, clause
        self._stock: Fraction | None = None
        self._steps = 0
        self._like: Figure | None = next((f for f in self._all if f.measures == "money"), None)
        self._fails = False
        self._waiting: tuple[str, re.Match[str], re.Match[str] | None] | None = None

    def take(self, clause: str) -> None:
        """Let one clause work upon the amount."""
        if not self._applies(clause):
            self._steps += 1
            return
        percent = _PERCENT.search(clause)
        cap = _CAP.search(clause)
        if percent:
            self._share(clause, percent, cap)
            return
        if cap and _OFF.search(clause):
            self._capped(Fraction(cap[1].replace(",", ".")))
            return
        found = figures(clause)
        money = [f for f in found if f.measures == "money"]
        counts = [f for f in found if f.measures != "money"]
        if (
            _HAS.search(clause)
            and not counts
            and (money or found)
            and self._stock is None
            and _LEFT.search(self._ask)
        ):
            self._stock = (money or found)[0].value
            return
        product = self._product(clause, found)
        if product is not None:
            self._terms.append((*product, clause))
            self._steps += 1
            return
        amounts = money or [
            f for f in counts if f.unit is None and (not f.noun or _EXTRA.match(f.noun))
        ]
        if amounts and self._terms and not (_ONCE.search(clause) or _OFF.search(clause)):
            self._fails = True
        if len(amounts) == 1 and (
            money or _ONCE.search(clause) or re.search(r"\b(?:costs?|was|is)\b", clause)
        ):
            sign = (
                -1
                if _OFF.search(clause)
                and re.search(r"\b(?:voucher|minus|off|discount)\b", clause, re.I)
                else 1
            )
            self._terms.append((sign * amounts[0].value, plain(amounts[0].value), clause))
            self._steps += bool(len(self._terms) > 1)
        elif len(amounts) > 1:
            self._fails = True

    def _applies(self, clause: str) -> bool:
        """Whether a clause with a condition holds here: what it names is told, and not denied."""
        mark = _IF.search(clause.rstrip(" ."))
        who = re.match(r"^([A-Z][a-z]+s)\s(?:of|get|pay|have|receive)\b", clause)
        named = mark[1] if mark and re.search(r"\bif\b", mark[0], re.I) else who[1] if who else ""
        words = [
            root(w)
            for w in re.findall(r"[^\W\d_]{3,}", named.lower())
            if w not in ("the", "you", "are", "its")
        ]
        if not words:
            return True
        rest = self._whole.replace(clause, " ")
        for word in words:
            told = re.search(
                rf"(\b(?:no|not|without|isn't|non)\s(?:an? )?)?\b{re.escape(word)}", rest, re.I
            )
            if told:
                return not told[1]
        things = re.findall(r"[^\W\d_]{3,}", rest.lower())
        return any(is_of_sort(thing, word) for thing in things for word in words)

    def _product(self, clause: str, found: list[Figure]) -> tuple[Fraction, str] | None:
        """A price for each, times how many: of the same clause, or of what the text tells."""
        for f in found:
            before, after = clause[: f.start], clause[f.end : f.end + 24]
            if f.unit is not None and f.measures != "money":
                continue
            per = _PER.match(after.strip())
            others = [g for g in found if g is not f and g.measures != "money"]
            if others and (_AT.search(before) or _EACH.search(after) or per):
                count = others[0]
                return f.value * count.value, f"{plain(count.value)} × {plain(f.value)}"
            if per:
                thing = root(per[1].lower())
                held = [
                    g
                    for g in self._all
                    if g.value != f.value
                    and (
                        thing in {root(w.lower()) for w in g.noun.split()[:2]}
                        or thing == root(g.written.lower())
                        or (g.unit is not None and thing == root(g.unit.name))
                    )
                ]
                if held:
                    return f.value * held[-1].value, f"{plain(held[-1].value)} × {plain(f.value)}"
                if not _EACH.search(after):
                    self._fails = True
        return None

    def _share(self, clause: str, percent: re.Match[str], cap: re.Match[str] | None) -> None:
        if not self._terms:
            self._waiting = (clause, percent, cap)
            return
        share = Fraction(percent[1].replace(",", ".")) / 100
        is_off = bool(percent["off"] or _OFF.search(clause)) and not _ON.search(clause)
        if not is_off and not _ON.search(clause):
            self._fails = True
            return
        named = [n for n, (_, _, told) in enumerate(self._terms) if self._names(clause, told)]
        meant = named if len(named) < len(self._terms) and named else range(len(self._terms))
        part = sum((self._terms[n][0] for n in meant), Fraction(0)) * share
        if cap:
            part = min(part, Fraction(cap[1].replace(",", ".")))
        self._terms.append((-part if is_off else part, f"{plain(part)}", clause))
        self._steps += 1

    @staticmethod
    def _names(clause: str, told: str) -> bool:
        """Whether a discount's clause names the thing of an earlier one ("off the evenings")."""
        behind = re.search(r"\b(?:off|on) (?:the |all )?([^\W\d_]{3,})", clause, re.I)
        return behind is not None and root(behind[1].lower()) in {
            root(w) for w in re.findall(r"[^\W\d_]{3,}", told.lower())
        }

    def _capped(self, most: Fraction) -> None:
        if self._terms and self._terms[-1][0] < 0 and -self._terms[-1][0] > most:
            self._terms[-1] = (-most, plain(most), self._terms[-1][2])
            self._steps += 1

    def settle(self) -> None:
        """Let a share that was told before its amount work upon it."""
        if self._waiting is not None and self._terms:
            waiting, self._waiting = self._waiting, None
            self._share(*waiting)

    def result(self) -> Worked | None:
        """The amount with its working; None where fewer than two steps led to it."""
        if (
            self._fails
            or self._waiting
            or not self._terms
            or self._steps + (self._stock is not None) < 1
        ):
            return None
        if len(self._terms) < 2 and self._stock is None:
            return None
        total = sum((amount for amount, _, _ in self._terms), Fraction(0))
        working = "".join(
            f" {'-' if amount < 0 else '+'} {said}" for amount, said, _ in self._terms
        ).removeprefix(" + ")
        if self._stock is not None:
            total, working = (
                self._stock - total,
                f"{plain(self._stock)} - ({working})"
                if len(self._terms) > 1
                else f"{plain(self._stock)} - {working}",
            )
        if total < 0:
            return None
        like = self._like
        said = with_unit(total, like) if like else plain(total, cents=total.denominator > 1)
        said = re.sub(r"\.00(?!\d)", "", said)
        wrong = total + abs(self._terms[-1][0])
        return Worked(
            said,
            working,
            re.sub(r"\.00(?!\d)", "", with_unit(wrong, like) if like else plain(wrong)),
        )
