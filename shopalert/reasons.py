"""Who may work without a viewer, and why. A new reason is a decision: keep the list short."""

from __future__ import annotations

REASONS = {
    "viewer": "find out whose session this is and what it may see",
    "live": "read the event log for all streams of this process",
    "deliveries": "find the devices to tell, and tell them",
    "derivatives": "make the shared copies of pictures",
    "audit": "note what was looked at or refused",
    "looks": "write down who looked at what",
    "seal": "chain the audit rows",
    "reading": "note what somebody has read",
    "index": "keep the words that search looks through",
    "janitor": "remove what was staged and never sent",
    "readiness": "count what waits",
    "requests": "remind of requests, and write down that one is overdue",
    "advice": "ask after advice on the day of its follow-up",
    "safety": "ask how somebody is after violence, and remind of a roll call",
    "bulletins": "publish what is due, and end warnings whose time is over",
    "force": "show its author how the schemes of the force took a bulletin, and what they replied",
    "cap": "hand the warnings of a scheme to those whom it gave their address",
    "sharing": "show one scheme's thing to another, and end that",
    "letters": "write the digests and newsletters that people chose",
    "demo": "load the demonstration",
    "seed": "load a fixture",
    "command": "an operator's command",
    "operating": "set up districts, schemes and people, and end what somebody may see",
    "joining": "let somebody in who is not inside yet, or who has to agree anew",
}
