"""One exercise on its way from nothing to a release, as authoring.ipynb shows it.

Runs in T, in the author's kernel, on the author's own files. Commands are those of the terminal;
everything else reads files that one could open in an editor, or adds one thing to them.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.walk import additions, looking
from grader.authoring.walk.browsing import Browser, browse
from grader.authoring.walk.onward import onward_text
from grader.authoring.walk.preview_button import PreviewButton
from grader.authoring.walk.shown import Dot, Shown, dots, table
from grader.authoring.walk.unready import Unready
from grader.bench import Bench
from grader.intake import read_attempt
from grader.scoring.gold import read_gold
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import score
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.cli.places import checkout
from harness.cli.services import plain_environment, settings_environment
from harness.core.errors import BadExercise, UsageError
from harness.core.settings import load_settings

_READERS = (
    (
        "exercise.toml",
        "the card: minutes, models, purse, contract",
        "everybody, in part",
    ),
    ("source.py", "the notebook, both parts, your solutions", "candidates, less the solutions"),
    ("data.toml", "what each public file is, origin and licence", "candidates, as CARD.md"),
    ("public/", "data for candidates", "candidates"),
    ("proctor/", "what the stakeholder knows, how a model fails", "the proctor alone"),
    ("hidden/", "gold, holdout, planted faults, probes, rubric", "nobody: it stays with you"),
)


@dataclass(frozen=True)
class Walk:
    """An exercise in a private root; the folder need not be there yet.

    Attributes:
        root: the private root.
        name: the exercise's slug.
    """

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """The exercise's folder."""
        return self.root / self.name

    def audition(self, words: str) -> None:
        """Run an audition command as a terminal would, and print what it says.

        Args:
            words: what follows `audition`.
        """
        print(f"$ audition {words}")  # noqa: T201  a cell's outcome
        argv = [sys.executable, "-m", "harness.cli", *shlex.split(words)]
        done = subprocess.run(
            argv, cwd=checkout(), env=self.environment(), text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told = [line.rsplit("\r", 1)[-1] for line in done.stdout.rstrip("\n").split("\n")]
        print("\n".join(line for line in told if line.strip()))  # noqa: T201  a cell's outcome
        if done.returncode:
            print(f"(exit {done.returncode})")  # noqa: T201  a cell's outcome

    def environment(self) -> dict[str, str]:
        """Return what a command gets: its roots, and this one among them."""
        named = os.pathsep.join(sorted(map(str, self._roots())))
        home = {"HOME": str(Path.home())}
        return home | plain_environment() | settings_environment() | {"AUDITION_EXERCISES": named}

    def files(self) -> Shown:
        """Show what lies in the folder and who reads it."""
        return table(
            ("file", "what it is", "who gets it"), _READERS, note=f"The folder {self.folder}"
        )

    def messages(self) -> Browser:
        """Return a widget to look through the messages with their gold."""
        exercise = self._read()
        gold = read_gold(exercise)
        rows = [*sorted(gold.known.values(), key=lambda row: row.msg_id), *gold.holdout]
        return browse(rows)

    def add_message(self, where: str, text: str, *, kind: str, right: list[str]) -> None:
        """Add one message with its gold; print what came of it.

        A text that is there keeps its id and gets this gold, so a slip is put right by saying it
        again.

        Args:
            where: "export" or "holdout".
            text: the message.
            kind: how it is hard: a stratum that is there, or a new one.
            right: what is right for it, every acceptable value.
        """
        try:
            told = additions.add_message(self.folder, where, text, kind=kind, right=right)
        except (UsageError, BadExercise) as problem:
            told = f"Nothing was added: {problem}"
        print(told)  # noqa: T201  a cell's outcome

    def add_fault(self, text: str) -> None:
        """Add one planted model; print what came of it. One of that id is changed.

        Args:
            text: a [[models]] table of fields.toml or mutants.toml.
        """
        try:
            told = additions.add_fault(self.folder, text)
        except (UsageError, BadExercise) as problem:
            told = f"Nothing was added: {problem}"
        print(told)  # noqa: T201  a cell's outcome

    def fields(self) -> Shown:
        """Show what a record holds, what each field may say, and what its mistakes cost."""
        return looking.fields(self._read())

    def strata(self) -> Shown:
        """Show how many messages there are of each kind of difficulty."""
        return looking.strata(self._read())

    def faults(self) -> Shown:
        """Show every planted model, how many holdout rows it spoils, and what that costs."""
        return looking.faults(self._read())

    def say(self, text: str, right: Sequence[str] = ()) -> Shown:
        """Show what is right for a text, and what each faulty model says instead.

        Args:
            text: a message, curated or your own.
            right: for one of your own, what is right, as in add_message.
        """
        return looking.say(self._read(), text, right)

    def facts(self) -> Shown:
        """Show what the stakeholder knows, what matters most first."""
        return looking.facts(self._read())

    def probes(self) -> Shown:
        """Score every probe in the sandbox and show where each falls."""
        exercise, bench = self._read(), Bench.of(load_settings())
        scorer = MutationScorer(seed=bench.seed, resamples=0)  # resamples make intervals alone
        sheet = tomllib.loads((self.folder / "hidden" / "probes.toml").read_text(encoding="utf-8"))
        found = []
        for name, wanted in sheet["probe"].items():
            files = read_files(self.folder / "hidden" / "probes" / name)
            attempt = read_attempt(
                make_submission(files, exercise), public=None, find_exercise=lambda _: exercise
            )
            low, high = wanted["index"]
            found.append(
                Dot(name, score(attempt, bench=bench, scorer=scorer).index or 0.0, low, high)
            )
        return dots(found)

    def preview(self) -> PreviewButton:
        """Return a button that opens the exercise as a candidate sees it."""
        return PreviewButton(self.name, self.environment())

    def released(self, out: Path) -> Shown:
        """Show what a release put where.

        Args:
            out: the folder it was released into.
        """
        zones = (("notebooks", "candidate"), ("datasets", "candidate"),
                 ("harness/proctor/photographs", "proctor"))  # fmt: skip
        rows = [
            (str(path.relative_to(out)), who, f"{path.stat().st_size:,} bytes")
            for place, who in zones
            for path in sorted((out / place / self.name).rglob("*"))
            if path.is_file()
        ]
        return table(("file", "for", "size"), rows, note="hidden/ is not among them.")

    def onward(self, out: Path) -> None:
        """Print what one types to sit a release, and to read what comes out of it.

        Args:
            out: the folder it was released into.
        """
        print(onward_text(self.name, self._roots(), out.resolve()))  # noqa: T201  to be copied

    def _roots(self) -> set[Path]:
        """Return every private root that commands know, this one among them."""
        known = load_settings(folder=checkout()).exercises
        return {path.resolve() for path in known} | {self.root}

    def _read(self) -> Exercise:
        if not (self.folder / "exercise.toml").is_file():
            raise Unready(f"There is no exercise in {self.folder}; run step 2, which makes it.")
        try:
            return read_exercise(self.folder)
        except BadExercise as problem:
            raise Unready(str(problem)) from problem
