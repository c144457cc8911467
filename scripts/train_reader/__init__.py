"""Train the reader of prompts that harness/models ships; see __main__.py."""
