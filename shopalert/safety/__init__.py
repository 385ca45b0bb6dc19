"""Help for staff alone: a call for help, a roll call, and how somebody is the day after violence."""
