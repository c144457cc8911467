"""One submission as a page that stands alone, and the same as JSON."""

from grader.report.evidence import Evidence, gather
from grader.report.rendering import render

__all__ = ["Evidence", "gather", "render"]
