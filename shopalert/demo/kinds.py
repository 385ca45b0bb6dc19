"""How often each category comes, where it can happen, and who does it: calibrated on published figures."""

from shopalert.demo.suspects import BOYS, GIRLS, GROUP

# Out of a thousand reports of a retail scheme and of a Pubwatch. Violent, abusive or armed: about a tenth of all.
RETAIL = {
    "shop_theft": 470, "shop_theft_attempt": 118, "suspicious": 72, "asb": 62, "threats_abuse": 36, "fraud": 33, "damage": 26,
    "age_sale": 30, "make_off": 14, "violence_worker": 19, "order_breach": 22, "drugs_alcohol": 20, "theft_person": 16, "burglary": 14,
    "counterfeit": 18, "vehicle": 10, "robbery": 6, "weapon": 5, "welfare": 10, "other": 9,
}  # fmt: skip
PUBWATCH = {
    "asb": 170, "drugs_alcohol": 165, "order_breach": 130, "threats_abuse": 102, "violence_worker": 62, "age_sale": 80, "theft_person": 62,
    "make_off": 50, "damage": 46, "suspicious": 40, "counterfeit": 26, "weapon": 20, "fraud": 14, "shop_theft": 12, "burglary": 8,
    "welfare": 14, "vehicle": 5, "robbery": 5, "shop_theft_attempt": 4, "other": 5,
}  # fmt: skip

# Where a category can happen at all; a trade not named here has its ordinary pull.
ONLY_AT = {
    "make_off": {"fuel": 6.0, "cafe": 0.5, "restaurant": 3.0, "pub": 1.0, "bar": 1.0, "cosmetics": 0.3},
    "age_sale": {"convenience": 3.0, "food": 2.0, "wine": 3.0, "fuel": 1.0, "discount": 1.0, "pub": 2.0, "bar": 2.0, "club": 2.0},
    "order_breach": {"food": 2.0, "convenience": 2.0, "pharmacy": 1.5, "wine": 1.5, "clothing": 1.0, "discount": 1.5, "pub": 2.0, "bar": 2.0, "club": 2.0},
}  # fmt: skip
LESS_AT = {
    "shop_theft": {"bank": 0.05, "cafe": 0.2, "fuel": 0.4},
    "shop_theft_attempt": {"bank": 0.0, "cafe": 0.1, "fuel": 0.2},
    "counterfeit": {"convenience": 2.0, "cafe": 2.0, "bank": 2.0},
}

IN_PROGRESS = {
    "threats_abuse": 0.38, "violence_worker": 0.34, "weapon": 0.5, "robbery": 0.4, "asb": 0.26, "drugs_alcohol": 0.2, "order_breach": 0.3,
    "suspicious": 0.12, "shop_theft": 0.07,
}  # fmt: skip
# The flags beside the category.
VIOLENCE = {"violence_worker": 1.0, "robbery": 0.85, "threats_abuse": 0.12, "asb": 0.02, "drugs_alcohol": 0.03, "order_breach": 0.02,
            "shop_theft": 0.012, "theft_person": 0.03}  # fmt: skip
WEAPON = {
    "weapon": 1.0,
    "robbery": 0.35,
    "threats_abuse": 0.06,
    "burglary": 0.02,
    "shop_theft": 0.003,
    "asb": 0.008,
}

ADULTS = ("man", "man", "woman", "men", "women", "pair")
PEOPLE = {
    "age_sale": (BOYS, GIRLS, "man", "woman"), "asb": (BOYS, GIRLS, GROUP, "man", "men", "pair"), "make_off": ADULTS, "fraud": ADULTS,
    "counterfeit": ADULTS, "vehicle": ("man", "men", GROUP), "burglary": ("man", "men", GROUP), "robbery": ("man", "men", GROUP), "weapon": ("man", "woman", "men", BOYS),
}  # fmt: skip
NOBODY = {"welfare", "other"}

# Which drawn scenes can stand under a category, and how often a report has pictures at all.
SCENES = {
    "shop_theft": ("aisle", "door", "till", "shelf", "street"), "shop_theft_attempt": ("aisle", "door", "till"), "suspicious": ("street", "back", "carpark", "door"),
    "threats_abuse": ("till", "door"), "violence_worker": ("door", "till"), "asb": ("street", "door"), "order_breach": ("door", "till"), "fraud": ("till", "note"),
    "drugs_alcohol": ("street", "back"), "damage": ("window", "back"), "counterfeit": ("note", "till"), "make_off": ("forecourt", "carpark"),
    "burglary": ("window", "back", "shelf"), "theft_person": ("aisle", "street"), "robbery": ("till", "door"), "weapon": ("street",), "vehicle": ("van",),
}  # fmt: skip
PUB_SCENES = ("bar", "door", "street")
PICTURED = {"shop_theft": 0.24, "damage": 0.5, "counterfeit": 0.5, "burglary": 0.5, "make_off": 0.3, "vehicle": 0.4, "suspicious": 0.15,
            "age_sale": 0, "welfare": 0, "other": 0}  # fmt: skip
