"""Incidents and bulletins that one scheme shows to another: for a reason, until a date, and withdrawn at once."""
