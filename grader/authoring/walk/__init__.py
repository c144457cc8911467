"""What authoring.ipynb calls: commands as on a terminal, an exercise's files, tables and dots."""

from grader.authoring.walk.beginning import begin
from grader.authoring.walk.exercise import Walk

__all__ = ["Walk", "begin"]
