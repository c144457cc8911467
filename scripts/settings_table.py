"""Print docs/settings.md: every setting with its default, from the code; a test compares them."""

from __future__ import annotations

from harness.core.settings import describe

HEAD = """\
# Settings

Made by `python -m scripts.settings_table > docs/settings.md`; a test compares the two.

In `audition.toml`, in the folder where you run `audition`, or as variables: `AUDITION_HOME`,
`AUDITION_SANDBOX__MEMORY_BYTES`, … (two underscores between table and name). Variables win. An
unknown name is an error.

| setting | default | what it is |
|---|---|---|
"""


def settings_table() -> str:
    """Return the page."""
    rows = [f"| `{name}` | `{default}` | {meaning} |\n" for name, default, meaning in describe()]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    print(settings_table(), end="")
