"""What a notebook imports: llm, ask, hypothesis, check, budget, tools and submit.

Runs in K and trusts nothing. Quick to import: the standard library and our errors, no more;
what is heavy is imported by the call that needs it.
"""

from __future__ import annotations

from harness.kernel.ask import ask, hypothesis
from harness.kernel.budget import budget
from harness.kernel.check import check
from harness.kernel.llm import llm
from harness.kernel.submit import submit
from harness.kernel.tools import tools

__all__ = ["ask", "budget", "check", "hypothesis", "llm", "submit", "tools"]
