"""Measures of a submission, got by running its artefacts in the sandbox."""
