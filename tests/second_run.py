"""In CI a test of real processes that fails gets a second run: named, counted, and few.

Servers, kernels and browsers are timed by a machine that others use too, and a run of some
thousand such tests should not be lost to one late answer. A test that calculates never gets one.
What needed its second run is listed at the end; each is a fault to be found, in the test or in us.
"""

from __future__ import annotations

import pytest

from tests.conftest import IN_CI, ROOT

PROCESSES = {"attacks", "browser", "cli", "hub", "kernel", "lab", "proctor", "sandbox", "seams"}
"""The folders below tests/ whose tests start processes."""
MOST = 3
"""How many may need it; more of them fail the run."""
LAST_LINES = 12
"""How much of the first failure is shown."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that get one."""
    if not IN_CI:
        return
    for item in items:
        if item.path.relative_to(ROOT / "tests").parts[0] in PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))


def again(config: pytest.Config) -> list[str]:
    """Return the tests that were run a second time, by name."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats = {} if reporter is None else reporter.stats
    return sorted({str(report.nodeid) for report in stats.get("rerun", [])})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which too many tests needed a second one."""
    if len(again(session.config)) > MOST and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name them, each with the end of what its first run failed with."""
    names = again(terminalreporter.config)
    if not names:
        return
    terminalreporter.section(f"{len(names)} needed a second run (at most {MOST} may)")
    for report in terminalreporter.stats["rerun"]:
        terminalreporter.line(f"{report.nodeid} [{report.when}]")
        for line in report.longreprtext.splitlines()[-LAST_LINES:]:
            terminalreporter.line(f"    {line}")
