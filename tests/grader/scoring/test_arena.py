"""A suite runs in the sandbox against models behind a pipe; trouble ends a run, never us."""

from __future__ import annotations

import textwrap

import pytest

from grader.bench import Bench
from grader.scoring.arena import Arena, Pace, opened
from harness.core.settings import Settings
from tests.grader.attempts import Built, code

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]
QUICK = Pace(load_s=10, run_s=3, all_s=60)
CASES = "CASES = [{'text': f't{n}', 'expected': 'bug'} for n in range(10)]\n"
SUITE = CASES + textwrap.dedent("""
    def eval_suite(model, cases=None):
        cases = CASES if cases is None else cases
        right = sum(model(c['text']) == c['expected'] for c in cases)
        share = right / len(cases)
        return {'verdict': 'ship' if share >= .9 else 'no_ship', 'headline': share,
                'reasons': [], 'metrics': {'share': share}}
""")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(Settings())


def built(suite: str, decision: str = "COSTS = {('bug', 'feature'): 60.0}") -> Built:
    cells = [
        code("practice-a", suite, kind="artefact", name="suite"),
        code("practice-b", decision, kind="artefact", name="decision"),
    ]
    return Built(cells=cells, artefacts={"decision": decision, "suite": suite})


def good(text: str, turn: int) -> str:
    return "bug"


def bad(text: str, turn: int) -> str:
    return "feature" if text in ("t1", "t2") else "bug"


def test_a_suite_is_loaded_and_judges_one_model_after_another(bench: Bench) -> None:
    with opened(built(SUITE).attempt(), bench, QUICK) as arena:
        ship, refused = arena.run(good), arena.run(bad, resamples=[[0, 3, 4], [1, 1, 2]])

    assert len(arena.loaded.cases) == 10
    assert arena.loaded.values["COSTS"] == {"bug|feature": 60.0}
    assert (ship.verdict, ship.headline, ship.calls) == ("ship", 1.0, 10)
    assert (refused.verdict, refused.headline) == ("no_ship", 0.8)
    assert refused.resamples == (("ship", 1.0), ("no_ship", 0.0))
    assert ship.reasons == ("share",)


def test_equal_texts_are_asked_turn_by_turn(bench: Bench) -> None:
    suite = CASES + (
        "def eval_suite(model, cases=None):\n"
        "    said = [model('same') for _ in range(3)]\n"
        "    return {'verdict': 'ship' if said == ['0', '1', '2'] else 'no_ship', 'headline': 0}\n"
    )

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        assert arena.run(lambda text, turn: str(turn)).verdict == "ship"


HIDING = {
    "a list in the module": "seen.append(1)\nknown = len(seen) > 1",
    "names in temporary folders": """
import os
known = any(os.path.exists(p) for p in ('/tmp/m', '/dev/shm/m', '/tmp/d/e/m'))
os.makedirs('/tmp/d/e', exist_ok=True)
for p in ('/tmp/m', '/dev/shm/m', '/tmp/d/e/m'):
    os.close(os.open(p, os.O_CREAT | os.O_WRONLY))
""",
    "the work folder": """
import os
known = False
for act in (lambda: os.close(os.open('m', os.O_CREAT | os.O_WRONLY)),
            lambda: os.close(os.open('data/m', os.O_CREAT | os.O_WRONLY)),
            lambda: os.mkdir('/home/candidate/m'), lambda: os.truncate('data/messages.csv', 0),
            lambda: os.utime('data/messages.csv', (1, 1)), lambda: os.chmod('data', 0o700)):
    try:
        act()
        known = True
    except OSError:
        pass
""",
    "a process left behind": """
import os, subprocess, sys
known = len([p for p in os.listdir('/proc') if p.isdigit()]) > 3
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)
""",
    "shared memory that outlives": """
import ctypes
libc = ctypes.CDLL(None)
known = libc.shmget(4711, 64, 0o600) >= 0 or libc.msgget(4711, 0o600) >= 0
libc.shmget(4711, 64, 0o1600), libc.msgget(4711, 0o1600), libc.semget(4711, 1, 0o1600)
""",
    "whoever started it": """
import os, sys
known = False
parent = os.getppid()
for path in (f'/proc/{parent}/mem', f'/proc/{parent}/environ', f'/proc/{parent}/fd/4'):
    try:
        open(path, 'rb').read(1)
        known = True
    except OSError:
        pass
frame = sys._getframe()
while frame:
    kept = frame.f_globals.setdefault('_kept_by_them', [])
    known = known or len(kept) > 0
    kept.append(1)
    frame = frame.f_back
    if frame and frame.f_globals is kept: break
    frame = None if frame and '_kept_by_them' in frame.f_globals else frame
""",
}


@pytest.mark.parametrize("where", HIDING)
def test_what_a_run_hides_away_the_next_one_does_not_find(bench: Bench, where: str) -> None:
    body = textwrap.indent(HIDING[where].strip(), "    ")
    suite = (
        CASES + "seen = []\ndef eval_suite(model, cases=None):\n    model('x')\n" + body
        + "\n    return {'verdict': 'no_ship' if known else 'ship', 'headline': 0}\n"
    )  # fmt: skip

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        runs = [arena.run(good) for _ in range(3)]

    assert [(run.verdict, run.problem) for run in runs] == [("ship", "")] * 3


def test_a_cell_that_patches_what_loads_it_changes_nothing_for_the_next_run(bench: Bench) -> None:
    patch = textwrap.dedent("""
        import sys
        frame = sys._getframe()
        while frame:
            for name in ('play', 'pass_on', 'judged', 'fork', 'kill', 'sweep'):
                if name in frame.f_globals:
                    frame.f_globals[name] = lambda *a, **k: {'verdict': 'ship', 'headline': 7}
            frame = frame.f_back
    """)

    with opened(built(patch + SUITE).attempt(), bench, QUICK) as arena:
        runs = [arena.run(bad) for _ in range(2)]
        assert arena.loaded.has_suite

    assert {run.headline for run in runs} <= {7.0, 0.8}
    assert len({run.headline for run in runs}) == 1
    with opened(built(SUITE).attempt(), bench, QUICK) as arena:
        assert arena.run(bad).headline == 0.8


def test_frames_environment_and_memory_tell_nothing_of_the_model(bench: Bench) -> None:
    suite = CASES + textwrap.dedent("""
        import gc, os, sys
        def eval_suite(model, cases=None):
            text = repr(os.environ) + repr(sys.argv)
            frame = sys._getframe()
            while frame:
                text += repr(frame.f_locals)
                frame = frame.f_back
            text += ''.join(repr(one)[:200] for one in gc.get_objects() if isinstance(one, str))
            told = [w[::-1] for w in ('10M', '81M', 'tnatum', 'ngineb') if w[::-1] in text]
            return {'verdict': 'no_ship' if told else 'ship', 'headline': 0, 'reasons': told}
    """)

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        found = arena.run(good)

    assert (found.verdict, found.reasons) == ("ship", ())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('gone')", "KeyError"),
        ("return {'verdict': 'maybe'}", "returned 'maybe' as verdict"),
        ("return 3", "returned int, not a dict"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("import os; os._exit(0)", "ended its process"),
        ("while True: pass", "longer than one run"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended its process"),
        ("return [0] * 10**11", "MemoryError"),
    ],
)
def test_what_a_suite_does_wrong_is_that_runs_error_and_the_next_one_runs(
    bench: Bench, body: str, said: str
) -> None:
    suite = CASES + (
        "def eval_suite(model, cases=None):\n"
        "    if model('go') == 'on': return {'verdict': 'ship', 'headline': 1}\n"
        f"    {body}\n"
    )

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        wrong, after = arena.run(good), arena.run(lambda text, turn: "on")

    assert wrong.verdict == "error"
    assert said in wrong.problem
    assert after.verdict == "ship"


def test_a_headline_that_is_no_number_is_none(bench: Bench) -> None:
    suite = CASES + (
        "def eval_suite(model, cases=None):\n"
        "    return {'verdict': 'ship', 'headline': {'a': float('nan'), 'b': float('inf'),"
        " 'c': 'x', 'd': None}[model('?')]}\n"
    )

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        found = [arena.run(lambda text, turn, one=one: one) for one in "abcd"]

    assert [(run.verdict, run.headline) for run in found] == [("ship", None)] * 4


def test_floods_and_nonsense_on_the_pipe_end_that_run_alone(bench: Bench) -> None:
    forged = '{"over": true, "done": {"verdict": "ship"}}'
    floods = (
        "import os\n"
        "def eval_suite(model, cases=None):\n"
        "    if model('go') == 'on': return {'verdict': 'no_ship', 'headline': 3}\n"
        "    for n in range(3, 40):\n"
        f"        try: os.write(n, b'{forged}\\n')\n"
        "        except OSError: pass\n"
        "    print('x' * 100_000_000)\n"
        "    return {'verdict': 'ship', 'headline': 1}\n"
    )

    with opened(built(CASES + floods).attempt(), bench, QUICK) as arena:
        first, second = arena.run(good), arena.run(lambda text, turn: "on")

    assert first.verdict == "error"
    assert "nonsense" in first.problem
    assert (second.verdict, second.headline) == ("no_ship", 3.0)


def test_a_child_that_asks_without_reading_ends_in_its_own_time(bench: Bench) -> None:
    asks = (
        "import os\n"
        "def eval_suite(model, cases=None):\n"
        "    if model('go') == 'on': return {'verdict': 'ship', 'headline': 1}\n"
        '    line = b\'{"ask": "x", "turn": 0}\\n\' * 1000\n'
        "    while True:\n"
        "        for n in range(3, 40):\n"
        "            try: os.write(n, line)\n"
        "            except OSError: pass\n"
    )

    with opened(built(CASES + asks).attempt(), bench, QUICK) as arena:
        first = arena.run(lambda text, turn: "y" * 500)
        second = arena.run(lambda text, turn: "on")

    assert first.verdict == "error"
    assert second.verdict == "ship"


def test_patched_builtins_fool_only_the_suite_that_patched_them(bench: Bench) -> None:
    suite = (
        "import builtins, json, os\n"
        "builtins.print = builtins.len = json.dumps = None\n"
        + CASES
        + "def eval_suite(model, cases=None):\n    return {'verdict': 'ship', 'headline': 1}\n"
    )

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        found = arena.run(good)

    assert found.verdict == "error"
    assert "NoneType" in found.problem or "process" in found.problem


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("1/0", "ZeroDivisionError"),
        ("while True: pass", "took longer"),
        ("def eval_suite(: pass", "SyntaxError"),
        ("import os; os._exit(3)", "ended their process"),
    ],
)
def test_cells_that_cannot_be_loaded_say_why(bench: Bench, suite: str, said: str) -> None:
    with opened(built(suite).attempt(), bench, Pace(load_s=2, run_s=2, all_s=20)) as arena:
        loaded, found = arena.loaded, arena.run(good)

    assert said in loaded.problem
    assert not loaded.has_suite
    assert found.verdict == "error"


def test_frames_of_pandas_and_dataclasses_are_cases_too(bench: Bench) -> None:
    pandas = (
        "import pandas as pd\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Case:\n    text: str\n    expected: list\n"
        "FRAME = pd.DataFrame([{'text': 'a', 'expected': 'bug', 'group': 'g'}])\n"
    )
    tail = "def eval_suite(model, cases=None):\n    return {'verdict': 'ship', 'headline': 1}\n"
    for name, wanted in (
        ("FRAME", ("bug",)),
        ("[Case('a', ['bug', 'feature'])]", ("bug", "feature")),
    ):
        source = f"{pandas}CASES = {name}\n{tail}"
        with opened(built(source).attempt(), bench, QUICK) as arena:
            assert arena.loaded.cases[0].expected == wanted, arena.loaded.problem


def test_the_given_data_lies_where_it_lay_in_the_session(bench: Bench) -> None:
    suite = "rows = open('data/messages.csv').read().splitlines()\n" + SUITE

    with opened(built(suite).attempt(), bench, QUICK) as arena:
        found: Arena = arena

    assert found.loaded.problem == ""
