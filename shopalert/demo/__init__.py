"""The demonstration: an invented Essex, the same for the same seed and moment.

`world.build(now)` gives the whole town as plain dataclasses, without a database; `loading.py` alone writes it down.
What was planted (series, a rise, one person again and again) stands in `truth.py`, so that what finds them can be
scored.
"""
