"""Bulletins: what police and coordinators tell the schemes, and the warnings that stand until they end."""
