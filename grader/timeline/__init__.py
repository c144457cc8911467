"""The session on the candidate's own time: read from the record, drawn once for every page."""

from grader.timeline.drawing import draw
from grader.timeline.reading import Lane, Mark, Timeline, Turn, read_timeline

__all__ = ["Lane", "Mark", "Timeline", "Turn", "draw", "read_timeline"]
