"""Fault injection: models with one planted fault, as wrappers over any chat callable.

Runs wherever the model is called from that is to be spoilt: a bench, a test, the grader. Knows
no exercise. `registry` has them by name; docs/mutants.md lists them.
"""
