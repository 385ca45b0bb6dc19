"""What set-up offers to a new instance: the districts of Essex, after the districts its police publish figures by.

Which council areas share a command is the force's affair: each can be left out, renamed or merged.
"""

ESSEX = (
    "Basildon",
    "Braintree",
    "Brentwood",
    "Castle Point & Rochford",
    "Chelmsford & Maldon",
    "Colchester",
    "Epping Forest",
    "Harlow",
    "Southend",
    "Tendring",
    "Thurrock",
    "Uttlesford",
)
