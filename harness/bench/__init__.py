"""Measurements beside the peers, as ratios in one run. Runs on the trusted side."""
