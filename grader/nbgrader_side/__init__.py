"""nbgrader on an exercise's folder: its course, gradebook, formgrader and feedback, our grading.

Runs in T. nbgrader keeps points and shows pages; it never runs a candidate's cell and never reads
a candidate's notebook. What it reads we have written: cells known by id, outputs made harmless,
points from the contract. `steps` and `books` are the two files that import it.

    exercise ─course→ source/, release/   submission ─grading→ submitted/, replayed/
    ─nbgrader→ autograded/, gradebook ─nbgrader→ feedback/
"""
