"""What stands between a cell and the machine. Used by whoever starts untrusted code."""
