"""What authoring.ipynb calls: commands as on a terminal, an exercise's files, tables and dots."""

from grader.authoring.walk.exercise import Walk, begin

__all__ = ["Walk", "begin"]
