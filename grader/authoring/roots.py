"""Where exercises lie: this repository's, and private roots from the settings.

Runs in T, on the author's machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import UsageError


@dataclass(frozen=True)
class Place:
    """One exercise's folder.

    Attributes:
        slug: its name.
        folder: where it lies.
        is_private: whether it comes from a private root.
    """

    slug: str
    folder: Path
    is_private: bool


def find_places(own: Path, private: tuple[Path, ...]) -> list[Place]:
    """Return every exercise folder, by name.

    Args:
        own: grader/exercises of the checkout.
        private: further roots.

    Raises:
        UsageError: a root is no folder, or two hold the same name.
    """
    places: dict[str, Place] = {}
    for root in (own, *private):
        if not root.is_dir():
            raise UsageError(f"the exercises root {root} is no folder; mend `exercises`")
        for folder in sorted(root.iterdir()):
            if folder.name.startswith((".", "_")) or not (folder / "exercise.toml").is_file():
                continue
            if folder.name in places:
                raise UsageError(
                    f"exercise {folder.name!r} lies in {places[folder.name].folder} and in "
                    f"{folder}; rename one"
                )
            places[folder.name] = Place(folder.name, folder, root != own)
    return [places[slug] for slug in sorted(places)]


def place_named(places: list[Place], slug: str) -> Place:
    """Return one exercise's place.

    Raises:
        UsageError: there is none of that name.
    """
    for place in places:
        if place.slug == slug:
            return place
    names = ", ".join(place.slug for place in places) or "none"
    raise UsageError(
        f"there is no exercise {slug!r}; there are: {names}. Private ones are found where "
        'audition.toml says exercises = ["THEIR ROOT"]'
    )


def repository_of(folder: Path) -> Path | None:
    """Return the git repository that a folder lies in; None outside of one."""
    place = folder.resolve()
    return next((one for one in (place, *place.parents) if (one / ".git").exists()), None)


def published_by(folder: Path, repository: Path) -> str:
    """Return the warning for a private root inside a repository."""
    return (
        f"Mind: {folder} lies in the git repository {repository}. What is pushed from there is "
        "published, answers and all; a private root is better off outside."
    )
