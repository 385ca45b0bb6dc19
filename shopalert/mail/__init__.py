"""Mail that leaves the house: `queue` within an action, `letter` for the words; the worker does the rest."""

from shopalert.mail.outgoing import cancel, post, queue

__all__ = ["cancel", "post", "queue"]
