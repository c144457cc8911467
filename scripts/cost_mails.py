"""Compose the 200 mails of exercise 3 from parts that were written one by one.

    python -m scripts.cost_mails

Reads scripts/cost_mails/*.txt and writes public/mails_200.csv and public/labels_40.csv of the
exercise. Every automatic and every short mail is one written text, with a name below most short
ones. A thread is a written mail over a history of written mails; what is pasted into long ones is
a log or a table, whose lines are data and are drawn. Nothing is prose from a slot template.
The same seed gives the same bytes. `scripts.cost_day` draws all numbers.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import norm

from grader.authoring.token_count import count_tokens

PARTS = Path(__file__).with_name("cost_mails")
ROOM = Path(__file__).parents[1] / "grader" / "exercises" / "cost-estimate"
SEED = 50_000
LENGTHS = {"thread": (1800, 0.7), "long": (5000, 0.6), "pasted": (18_000, 0.3)}
"""Kind to median tokens and sigma of a lognormal (SPEC 3b); the two other kinds are as written."""
LAST_IN_THREAD = 5
"""One thread in so many has its new words below the history, not above."""
WRONG = {
    "Re: Case 77120: code missing": ("code_missing", None),
    "exam tomorrow morning": (None, "normal"),
    "[#88213] We have received your request": ("other", "low"),
    "Tür steht offen": ("damaged", None),
}
"""Open labels that are wrong on purpose, by subject: cause and priority; None leaves it right."""
NAMES = {
    "en": ("Imogen Pryce", "T. Obuya", "Rafiq", "Mrs J. Lockett", "Dee", "Aled Morgan", "Sunita B.",
           "Harriet Wyatt", "Colm", "Oyelaran, M.", "Pat", "G. Ashdown", "Wanjiru", "Flo & Ern"),
    "de": ("Marlies Hentrich", "J. Bührer", "Familie Okonkwo", "Anton W."),
    "es": ("Nuria Beltrán", "Ignacio", "C. Ferreira"),
    "fr": ("Solène Garrec", "M. Tchoumi"),
    "pl": ("Grażyna Wilk", "Tomek"),
    "tr": ("Nazlı Ersoy", "Cem"),
}  # fmt: skip
WROTE = {
    "en": "On {day} {who} wrote:", "de": "Am {day} schrieb {who}:",
    "es": "El {day}, {who} escribió:", "fr": "Le {day}, {who} a écrit :",
    "pl": "{day} {who} napisał(a):", "tr": "{day} tarihinde {who} yazdı:",
}  # fmt: skip
DESK = ("Loxley Lockers Desk <desk@loxley.example>", "Priti (Loxley) <desk@loxley.example>",
        "Mariam, Loxley Lockers <desk@loxley.example>")  # fmt: skip

LOGGED = (
    "KEYPAD ok", "LOCK cmd=open", "LOCK ack", "LOCK timeout E17", "SCAN ok", "NET up", "NET retry",
    "TEMP read", "DOOR closed", "DOOR open",
)  # fmt: skip
STATES = ("announced", "in locker", "collected", "at depot", "HOLD", "returned")


@dataclass
class Mail:
    """One mail as it is put together.

    Attributes:
        kind: automatic, short, thread, long or pasted.
        lang: of its new words.
        subject: its line.
        above: what stands before the history or the pasted lines.
        middle: the history or the pasted lines; empty for none.
        below: what stands after them.
        label: cause, priority and template; empty where it has none.
    """

    kind: str
    lang: str
    subject: str
    above: str
    middle: str = ""
    below: str = ""
    label: tuple[str, ...] = field(default=())

    @property
    def body(self) -> str:
        """The text as it came in."""
        return "\n\n".join(part for part in (self.above, self.middle, self.below) if part)

    @property
    def tokens(self) -> int:
        """Tokens of subject and body, as a call has them."""
        return count_tokens(f"{self.subject}\n\n{self.body}")


def read_parts(name: str) -> list[Mail]:
    """Return the written parts in a file, in its order."""
    found = []
    text = (PARTS / f"{name}.txt").read_text(encoding="utf-8").strip()
    for block in re.split(r"\n\n(?=@ )", text):
        head, *lines = block.split("\n")
        _, lang, *label = head.split()
        has_subject = name not in ("desk", "earlier", "footer")
        subject = lines.pop(0).strip() if has_subject else ""
        above, _, below = "\n".join(lines).partition("\n---")
        marks = tuple(label[0].split("/")) if label else ()
        kind = {"auto": "automatic"}.get(name, name)
        found.append(Mail(kind, lang, subject, above.strip(), "", below.strip(), marks))
    return found


def spread(kind: str, count: int, generator: np.random.Generator) -> list[int]:
    """Return lengths in tokens, spread evenly over the kind's distribution, in any order."""
    median, sigma = LENGTHS[kind]
    places = (np.arange(count) + generator.uniform(0.2, 0.8, count)) / count
    return [int(median * np.exp(sigma * norm.ppf(p))) for p in generator.permutation(places)]


def sign(mail: Mail, generator: np.random.Generator) -> None:
    """Put a name below most short mails."""
    if generator.random() < 0.6:
        name = NAMES[mail.lang][int(generator.integers(len(NAMES[mail.lang])))]
        phone = f"\n07700 900{generator.integers(100, 999)}" if generator.random() < 0.25 else ""
        mail.above += f"\n\n{name}{phone}"
    if generator.random() < 0.12:
        mail.above += "\n\nSent from my phone"


def add_history(
    mail: Mail, tokens: int, parts: dict[str, list[Mail]], generator: np.random.Generator
) -> None:
    """Give a thread the history that brings it to about so many tokens."""
    own = [one.above for one in parts["earlier"] if one.lang == mail.lang]
    desk = [one.above for one in parts["desk"] if one.lang == mail.lang]
    foot = [one.above for one in parts["footer"] if one.lang in (mail.lang, "en")]
    own, desk = list(generator.permutation(own)), list(generator.permutation(desk))
    who = NAMES[mail.lang][int(generator.integers(len(NAMES[mail.lang])))]
    rounds: list[str] = []
    day, turn = 27, 0
    while mail.tokens < tokens and turn < 400:
        from_desk = turn % 2 == 0
        pile = desk if from_desk else own
        text = pile[(turn // 2) % len(pile)]
        name = DESK[int(generator.integers(len(DESK)))] if from_desk else who
        hour, minute = generator.integers(7, 22), generator.integers(60)
        stamp = f"{max(1, day):02d}.09.2026, {hour:02d}:{minute:02d}"
        lines = [WROTE[mail.lang].format(day=stamp, who=name), "", *text.split("\n")]
        if from_desk or generator.random() < 0.4:
            which = 1 if from_desk else int(generator.integers(len(foot)))
            lines += ["", "-- ", foot[which]]
        mark = ">" * min(turn + 1, 4) + " "
        rounds.append("\n".join(mark + line for line in lines))
        mail.middle = "\n".join(rounds)
        day, turn = day - int(generator.integers(0, 3)), turn + 1


def log_line(minute: int, generator: np.random.Generator) -> str:
    """Return one line of a locker's log."""
    clock = f"{(minute // 60) % 24:02d}:{minute % 60:02d}:{generator.integers(60):02d}"
    what = LOGGED[int(generator.integers(len(LOGGED)))]
    door, warm, volts = (int(generator.integers(*ends)) for ends in ((1, 41), (18, 52), (108, 128)))
    day = f"2026-09-{1 + minute // 1440:02d}"
    return f"{day} {clock} L-2281 door={door:02d} {what} t={warm}C v={volts / 10}"


def table_line(number: int, generator: np.random.Generator) -> str:
    """Return one line of a list of parcels."""
    state = STATES[int(generator.integers(len(STATES)))]
    ends = ((1000, 9999), (1000, 9999), (10, 99), (900, 3400), (1, 50), (2, 240))
    first, second, last, locker, door, tenths = (int(generator.integers(*pair)) for pair in ends)
    day = f"{1 + number % 28:02d}.0{1 + number % 9}.2026"
    parcel = f"LX {first} {second} {last}"
    return f"{parcel};{day};L-{locker:04d};door {door};{state};{tenths / 10:.2f}"


def paste(mail: Mail, tokens: int, generator: np.random.Generator) -> None:
    """Give a mail the log or table that brings it to about so many tokens."""
    is_log = mail.kind == "long" and generator.random() < 0.5
    minute, lines = 0, []
    start = mail.tokens
    while start < tokens:
        minute += int(generator.integers(1, 7))
        lines.append(log_line(minute, generator) if is_log else table_line(len(lines), generator))
        start += count_tokens(lines[-1]) + 1
    mail.middle = "\n".join(lines)


def compose() -> list[Mail]:
    """Return the 200 mails in the order in which they came in."""
    generator = np.random.default_rng(SEED)
    parts = {name: read_parts(name) for name in ("desk", "earlier", "footer")}
    mails = [
        one for name in ("auto", "short", "thread", "long", "pasted") for one in read_parts(name)
    ]
    lengths = {
        kind: spread(kind, sum(m.kind == kind for m in mails), generator) for kind in LENGTHS
    }
    threads = 0
    for mail in mails:
        if mail.kind == "short":
            sign(mail, generator)
        elif mail.kind == "thread":
            add_history(mail, lengths["thread"].pop(), parts, generator)
            threads += 1
            if threads % LAST_IN_THREAD == 0:
                mail.above, mail.below = "", mail.above
        elif mail.kind in LENGTHS:
            paste(mail, lengths[mail.kind].pop(), generator)
    order = [mails[int(n)] for n in generator.permutation(len(mails))]
    early = [m for m in order if m.kind == "short" and not m.label][:3]
    return early + [m for m in order if m not in early]


def arrivals(count: int, generator: np.random.Generator) -> list[str]:
    """Return times of one day, sorted; most mails come between eight and eleven."""
    hours = np.array(
        [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 12, 9, 8, 8, 7, 7, 7, 8, 8, 7, 6, 4, 3, 2], float
    )
    picked = sorted(generator.choice(24, count, p=hours / hours.sum()) + generator.random(count))
    return [f"2026-09-29 {int(at):02d}:{int(at % 1 * 60):02d}" for at in picked]


def main() -> None:
    """Write the candidate's two tables."""
    generator = np.random.default_rng(SEED + 1)
    mails = compose()
    rows: list[list[object]] = [["mail_id", "received_at", "lang_hint", "subject", "body"]]
    labels: list[list[object]] = [["mail_id", "cause", "priority", "template"]]
    for number, (mail, at) in enumerate(
        zip(mails, arrivals(len(mails), generator), strict=True), 1
    ):
        hint = mail.lang if generator.random() > 0.08 else "en" if mail.lang != "en" else "de"
        rows.append([number, at, hint, mail.subject, mail.body])
        if mail.label:
            cause, priority = WRONG.get(mail.subject, (None, None))
            labels.append(
                [number, cause or mail.label[0], priority or mail.label[1], mail.label[2]]
            )
    write(ROOM / "public" / "mails_200.csv", rows)
    write(ROOM / "public" / "labels_40.csv", labels)


def write(path: Path, rows: list[list[object]]) -> None:
    """Write a table."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
