"""Benchmarks: each a command, `python3 dev.py bench NAME`, that prints its figures and fails below its target."""
