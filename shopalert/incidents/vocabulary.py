"""What can be reported: the category codes, their tiles and the order of the tiles.

The codes are stable names (database, CSV, contract); labels, glyphs and hues may change. The table `category`
is filled from here by the migration. Most used first, so that
the tile that is needed nine times out of ten lies under the thumb.

The order follows the calibration of the demonstration (about half of all reports are shop theft, a tenth are
violent, abusive or armed). No class number of the Home Office stands here: a force fills those in, and members
never see them.
"""

from dataclasses import dataclass


def N_(text: str) -> str:
    """Marks a label for translation; the template that shows it asks gettext."""
    return text


@dataclass(frozen=True, slots=True)
class Tile:
    """One category of incident: `glyph` is a symbol of the sprite, `hue` one of the five families of colour."""

    code: str
    label: str
    glyph: str
    hue: str
    position: int


HUES = ("theft", "violence", "asb", "fraud", "other")

_TILES = (
    ("shop_theft", N_("Shop theft"), "bag", "theft"),
    ("shop_theft_attempt", N_("Attempted or prevented theft"), "bag-stop", "theft"),
    ("threats_abuse", N_("Threats or abuse"), "speech", "violence"),
    ("violence_worker", N_("Violence to staff"), "fist", "violence"),
    ("suspicious", N_("Suspicious behaviour"), "eye", "other"),
    ("asb", N_("Anti-social behaviour"), "noise", "asb"),
    ("order_breach", N_("Broke a ban or court order"), "ban", "other"),
    ("fraud", N_("Fraud, refund, card, scam"), "card", "fraud"),
    ("drugs_alcohol", N_("Drugs or drink"), "bottle", "asb"),
    ("age_sale", N_("Under-age or proxy sale, refusal"), "age", "other"),
    ("damage", N_("Criminal damage"), "damage", "asb"),
    ("counterfeit", N_("Counterfeit money"), "note", "fraud"),
    ("make_off", N_("Left without paying"), "exit", "theft"),
    ("burglary", N_("Burglary of business"), "door", "theft"),
    ("theft_person", N_("Theft from a customer or staff"), "purse", "theft"),
    ("robbery", N_("Robbery"), "alert", "violence"),
    ("weapon", N_("Weapon seen"), "knife", "violence"),
    ("vehicle", N_("Vehicle or delivery crime"), "van", "theft"),
    ("welfare", N_("Missing or vulnerable person"), "heart", "other"),
    ("other", N_("Something else"), "more", "other"),
)

CATEGORIES: tuple[Tile, ...] = tuple(
    Tile(code, label, glyph, hue, position) for position, (code, label, glyph, hue) in enumerate(_TILES, 1)
)
BY_CODE: dict[str, Tile] = {tile.code: tile for tile in CATEGORIES}
CODES: tuple[str, ...] = tuple(BY_CODE)

# Violent, abusive or armed by its name alone; a flag on any other category counts the same.
GRAVE: frozenset[str] = frozenset({"violence_worker", "threats_abuse", "robbery", "weapon"})
