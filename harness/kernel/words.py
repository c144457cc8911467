"""Every sentence the kernel client says by itself, in one place.

Runs in K and trusts nothing. Says what happened, what is safe and the next step; never blames.
What the proctor says is passed on in the proctor's own words.
"""

from __future__ import annotations

LINE_DOWN = "The line is down. Your notebook is safe; run this cell again in a minute."
NO_ANSWER = "There was no answer in {seconds} seconds. Your notebook is safe; run this cell again."
NO_ADDRESS = (
    "There is no line to the workspace from here: AUDITION_URL is not set. "
    "Open the notebook from the workspace that `audition lab` starts."
)
BAD_ADDRESS = (
    "AUDITION_URL is {address!r}, which is no address. It looks like http://127.0.0.1:4000; "
    "open the notebook from the workspace that `audition lab` starts."
)
NOT_THE_PROCTOR = (
    "Something other than the workspace answered, a sign-in page perhaps. "
    "Your notebook is safe; reload the page and run this cell again."
)
STRANGE_ANSWER = (
    "The answer came in a form this notebook cannot read ({missing} was expected). "
    "Your notebook is safe; run this cell again, and tell the organiser if it stays."
)
BY_STATUS = {
    401: (
        "This session's pass is no longer good. Reload the page to get a new one; "
        "your work and your time are kept."
    ),
    403: "This is not open to this session at the moment. Your notebook is safe.",
    429: "More calls than the workspace takes at once. Wait a little and run this cell again.",
    503: (
        "The models cannot be reached. Your clock stands still and this call is not charged; "
        "run the cell again when the panel says so."
    ),
    504: "There was no answer in time. This call is not charged; run the cell again.",
}

ASK_LOST = "The question did not get through. Run this cell again, or write down an assumption."
ASK_WAITS = (
    "Your question is with the interviewer; the answer appears here.\n"
    "You may stop this cell and go on: run it again to get the answer."
)
ASK_KEPT = (
    "The line is down. Your question is kept; run this cell again in a minute to get the answer."
)
ASK_EMPTY = 'There is no question yet. Write one, for example ask("Who reads the answers?").'
NEAREST = "Nearest topics I can speak to: {topics}."
NO_STATUS = '{status!r} is no status here; write "open", "supported" or "refuted".'
NO_IDEA = 'There is no idea yet. Write one, for example hypothesis("Long mails fail more").'
NOTED = "Noted as {id} ({status})."

NO_TOOL = "There is no tool {name!r} in this exercise. {have}"
NO_TOOLS = "It has none at the moment."
TOOLS_ARE = "It has: {names}."
TOOL_TOO_MANY = "{name}() was given {given} values, more than it takes:\n{use}"
TOOL_TWICE = "{name}() was given {argument} twice. Leave one of them out."
TOOL_LOST = (
    "No answer of {name}() came back. Run this cell again; "
    "if it was used all the same, budget() shows what it took."
)
MINUTES_LEFT = "{left} simulated minutes are left. They are a price: you do not wait for them."
ARGUMENT_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "True or False",
    "array": "a list of texts",
    "object": "a dict",
}

PLAN_KEPT = "Your plan is on record."
PLAN_PROMPT = "Write here instead of this line."
"""What stands in a plan cell as given."""
PLAN_EMPTY = "Nothing is written here yet. Write your plan into this cell and run it."

SUBMIT_LOST = (
    "We could not confirm the submission. Your notebook is safe where it is; "
    "submit again in a minute."
)
SUBMITTED = "Submitted: {title}, submission {number}, at {at}.\nReceipt {id}, SHA-256 {proof}…"
STATE_OF = "It holds your notebook as saved at {saved_at}."
STATE_SAVED = "It holds your notebook as saved at {saved_at}: it was saved first."
STATE_LAST = (
    "It holds your notebook as saved at {saved_at}; no open page saved it first. If you "
    "changed it since, save it (Ctrl S) and run submit() again."
)
STATE_AGED = (
    "It holds your notebook as saved at {saved_at}, {age} before. If you changed it since, "
    "save it (Ctrl S) and run submit() again."
)
STATE_OLDER = (
    "The file has changed since: save the notebook (Ctrl S) and run submit() again "
    "if the change should count."
)
FILE_NEWER = (
    "{name} has changed since. The workspace submits what was saved in it: open the notebook "
    "there, save it (Ctrl S) and submit again if the change should count."
)
RECEIPT_KEPT = (
    "The receipt of submission {number} is in {name}, beside the notebook, among the files. "
    "You can submit again."
)
RECEIPT_UNKEPT = "The receipt could not be written here ({why}); it is kept with your submission."

NO_FOLDER = (
    "The exercise's folder cannot be found from {folder}. Open the exercise's own notebook, "
    "or go back with %cd to the folder it lies in."
)
NO_CARD = (
    "{name} in {folder} cannot be read ({why}). Delete it: the given one comes back when the "
    "workspace is started again."
)
NO_NOTEBOOK = "There is no saved {name} in {folder}. Save the notebook (Ctrl S) and run this again."
NOT_A_NOTEBOOK = "{name} as last saved is not a notebook ({why}). Save it again (Ctrl S)."

NOT_ITS_NOTEBOOK = (
    "{name} is not the notebook of an exercise. The one of {title} is {own}; name that one."
)

WITHIN_CHECK = "{verb}() has no place in a marked cell; move it to another cell"
CHECK_LATER = "check() opens with part two. Write your plan and run its cell first."
CHECK_FINE = (
    "We can read what your marked cells define: {names}. Whether it is right is not looked at."
)
CHECK_FINE_ONE = (
    "We can read what your marked cell defines: {names}. Whether it is right is not looked at."
)
CHECK_UNFINISHED = "{n} to look at:"
CHECK_OPEN = "You can submit all the same: people read the rest."
CHECK_STALE = (
    "This is your notebook as saved {age} ago. "
    "If you changed it since, save it (Ctrl S) and run check() again."
)
CHECK_CELLS = (
    "(Cells are counted from the top, texts included; the number in [ ] beside one counts runs.)"
)
CHECK_TIME = "The check ended after {seconds} s, so not everything was looked at."
CHECK_BROKEN = "check() could not start Python ({why}). You can submit all the same."
CHECK_UNLISTED = "The check cell's list cannot be read ({why}). You can submit all the same."
CHECK_CELL_GONE = "the cell is gone; Edit, Undo Cell Operation brings it back"
CHECK_EMPTY = "Nothing is looked for in this exercise, so there is nothing to check."

NAME_MISSING = "There is no `{name}` yet. Define it in cell {cell}."
NAME_EXAMPLE = "There is no `{name}` yet. Define it in cell {cell}, for example `{example}`."
CELL_GONE = (
    "There is no `{name}` yet, and the marked cell for it is gone. "
    "Bring that cell back (Edit, Undo Cell Operation) and define it there."
)
WRONG_KIND = "`{name}` should be {kind} and is {got}."
WRONG_RETURN_KIND = "`{name}` should give back {kind} and gave {got}."
FOR_EXAMPLE = "For example: `{example}`."
NOT_SELF_CONTAINED = (
    "`{name}` uses `{missing}`, which is defined outside the marked cells. "
    "Move it into cell {cell}."
)
USED_ON = " Line {line} uses it."
NOT_DEFINED = "`{name}` uses `{missing}`, which no marked cell defines. Define it in cell {cell}."
RAISED = (
    "`{name}` stopped with {error} on line {line}, on a small example. The example is shown below."
)
RAISED_ELSEWHERE = "`{name}` stopped with {error}, on a small example. The example is shown below."
CELL_RAISED = "Cell {cell} stopped with {error} on line {line}."
CELL_RAISED_ELSEWHERE = "Cell {cell} stopped with {error}."
CELL_USES = (
    "Cell {cell} uses `{missing}`, which is defined outside the marked cells. "
    "Move it into cell {cell}."
)
CELL_MISSES = (
    "Cell {cell} uses `{missing}`, which no marked cell above it defines. Define it there."
)
CELL_NOTEBOOK_NAME = (
    "Cell {cell} uses `{missing}`, which only a notebook has. Plain Python is read there: "
    "leave it out, or use it in another cell."
)
CELL_MAGIC = (
    "Cell {cell} has a notebook command on line {line}. Plain Python is read there: "
    "move the command to another cell."
)
NOT_A_WORD = "`{name}` is `{got}`; write {choices}."
RETURNED_NOT_A_WORD = "`{name}` returned `{got}`; write {choices}."
SLOW = "`{name}` needed more than {seconds} s on {examples}. Fewer repeats will do for the check."
CELL_SLOW = "Cell {cell} needed more than {seconds} s. Less will do for the check."
NOT_A_NUMBER = "`{name}` is not a number (NaN). Often that is a division by an empty group."
INFINITE = "`{name}` is infinite. Often that is a division by zero."
ENDED = "Python ended while cell {cell} was read. Take out exit() and the like."
ENDED_IN = "Python ended inside `{name}`, on a small example. Take out exit() and the like."
STOPPED = (
    "Python was stopped while cell {cell} was read, perhaps for want of memory. Try less there."
)
STOPPED_IN = (
    "Python was stopped inside `{name}`, on a small example, perhaps for want of memory. "
    "Try less there."
)
NO_KEY = "`{name}` has no `{key}`."
RETURNED_NO_KEY = "What `{name}` gives back has no `{key}`."
CALL = "    {call}"
CALL_MODEL = "    (here `model` answers {answer} to every text)"

NO_NETWORK = "Cells have no internet, only the models. What you need is installed: see Packages."
NO_PACKAGE = (
    "There is no package {name} here, and none can be added: cells have no internet. "
    "Installed are {names} and more; the whole list is under Packages."
)
NO_INSTALL = (
    "Nothing was installed: cells have no internet, only the models. "
    "Here are {names} and more; the whole list is under Packages, and %pip list prints it."
)
INSTALLED = "Installed already: {names}. Import it and go on."
FOLDED = "({count} steps inside libraries are folded here; %tb shows them.)"

KINDS = {
    "function": "a function",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "dict": "a dict",
    "bool": "True or False",
}


def tell_choices(choices: tuple[str, ...]) -> str:
    """Return the words one may write: '"ship" or "no_ship"'."""
    quoted = [f'"{choice}"' for choice in choices]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def tell_age(seconds: float) -> str:
    """Return a time span as a person would say it: "40 seconds", "5 minutes", "3 hours"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}s"
    whole = max(int(seconds), 0)
    return f"{whole} second" if whole == 1 else f"{whole} seconds"
