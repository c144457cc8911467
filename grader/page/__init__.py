"""How pages of the grader are made: one style, escaped words, frames for a candidate's content."""
