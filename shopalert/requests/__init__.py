"""Requests: what police ask of a business or a person about an incident, by when, and what became of it."""
