"""A submission made from plain files: for tests, and for work done elsewhere."""
