"""`python -m harness.cli` is `audition`."""

from harness.cli.main import main

main()
