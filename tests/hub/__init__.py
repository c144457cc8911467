"""The hosted way."""
