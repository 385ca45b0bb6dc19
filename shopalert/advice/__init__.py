"""Advice: a library against crime in plain words, what of it fits an incident and why, and what a business was sent."""
