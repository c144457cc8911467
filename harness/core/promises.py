"""What a candidate is promised before anything begins: said on the pages, kept by tests.

Pure values; runs wherever a page is made. `docs/promises.md` names for each sentence the test that
keeps it, and a test reads that table: a sentence without a test is no promise and stands nowhere.
"""

from __future__ import annotations

RECORDED = (
    "The cells you run, with their output and errors, in order.",
    "Each saved version of your notebook.",
    "Your model calls, their answers and their cost.",
    "Your questions, hypotheses and checks.",
    "When you start, pause, go on and submit.",
)
"""What is written down."""
SEEN_BY_REVIEWERS = (
    "Everything that is recorded, but for your pauses.",
    "How far into your own time each piece of it came, as a share of the whole.",
)
"""What people who read the work have before them."""
NEVER_SEEN = (
    "Reviewers never see your name, CV, photo or address. They know you by a number only.",
    "Reviewers never see whether you have extra time, whether you paused, or how many minutes you "
    "took.",
    "Reviewers never see whether you used the notebook or the plain page.",
    "Nobody records keystrokes, typing speed, camera, microphone, screen or other windows.",
)
"""What they have not, and what nobody has."""
DECIDING = (
    "Each reviewer reads your work alone; another's view is shown when both have said theirs.",
    "Nothing adds you up to a single number.",
    "You can download your own record at any time.",
)
"""How the work is read."""
PLAN_FIRST = (
    "Each exercise opens with a plan in your own words. What reviewers look at is listed in its "
    "second part, after your plan."
)
"""Why there are two parts."""
TIME = (
    "Reading this starts no clock. An exercise's own starts when you press its Start, or "
    "first run a cell of it.",
    "The clock is hidden unless you ask for it.",
    "When the time is over you have 5 more minutes. Then models stop, and your last saved state "
    "is submitted.",
    "If something breaks on our side, the time comes back to you.",
    "Close the browser, lose the line, come back: your work is where you left it.",
)
"""Time, its end, and what breaks."""
HELP_POLICY = (
    "Yes: documentation, search, your own notes and snippets, the model in the exercise. "
    "Yes, if you say so: other AI assistants; write one line on what you used, in any text of the "
    "exercise. It does not count against you. Please not: another person, and sharing the "
    "exercises afterwards. The same rules hold for everyone in this round."
)
"""A rule and no promise: which help is allowed."""

PROMISES: tuple[str, ...] = (
    *RECORDED, *SEEN_BY_REVIEWERS, *NEVER_SEEN, *DECIDING, PLAN_FIRST, *TIME
)  # fmt: skip
"""Every sentence that has to be kept."""
