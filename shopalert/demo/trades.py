"""Trades and the invented firms in them. No name is a real firm's, as far as we could think.

For each trade: when it is open, how much it draws, and what is taken there (words, pence for one, how many).
"""

from dataclasses import dataclass

from shopalert.demo.shapes import Hours

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# (article-less plural, lowest and highest price of one in pence, fewest and most taken)
Goods = tuple[str, int, int, int, int]


def hours(week: str, saturday: str | None = None, sunday: str | None = None) -> Hours:
    """`hours("09:00-17:30", sunday="10:00-16:00")`; Saturday is as the week unless said, Sunday closed."""
    days = dict.fromkeys(WEEK[:5], week) | {"sat": saturday or week}
    if sunday:
        days["sun"] = sunday
    return {day: span.split("-") for day, span in days.items()}


@dataclass(frozen=True, slots=True)
class Trade:
    code: str
    pull: float
    hours: Hours
    names: tuple[str, ...]  # the first ones are small chains, found in several towns
    chains: int
    goods: tuple[Goods, ...]
    corner: tuple[str, ...]  # where in the shop


SHOP = hours("09:00-17:30", sunday="10:00-16:00")
LONG = hours("07:00-22:00", sunday="10:00-16:00")
CORNER = hours("06:00-23:00", "06:00-23:00", "07:00-22:00")
ALWAYS = hours("00:00-00:00", sunday="00:00-00:00")  # midnight to the next midnight
QUIET = hours("09:30-17:00")
PUB = {**hours("11:00-23:00", "11:00-01:00", "12:00-22:30"), "fri": ["11:00", "01:00"]}
LATE = {
    "thu": ["20:00", "02:00"],
    "fri": ["20:00", "03:00"],
    "sat": ["20:00", "03:00"],
    "sun": ["19:00", "00:00"],
}
MEALS = hours("12:00-22:00", "12:00-23:00", "12:00-21:00")

RETAIL_TRADES = (
    Trade("food", 3.0, LONG, ("Coppice Foods", "Pennant Market", "Garnet Fresh", "Halden's Foodhall"), 3,
          (("joints of beef", 1100, 1900, 2, 5), ("packs of steak", 600, 980, 3, 9), ("blocks of cheese", 350, 620, 4, 11),
           ("legs of lamb", 1500, 2300, 2, 4), ("jars of coffee", 550, 920, 3, 9), ("bottles of gin", 1700, 2900, 2, 6),
           ("boxes of washing capsules", 900, 1600, 3, 7), ("tubs of baby formula", 1100, 1500, 2, 6),
           ("sides of salmon", 1200, 1900, 2, 5), ("bottles of whisky", 1900, 3400, 2, 5),
           ("packs of razor blades", 900, 1700, 3, 8), ("boxes of chocolates", 500, 1100, 4, 12),
           ("packs of bacon", 280, 450, 6, 14), ("tubs of butter", 320, 520, 6, 12)),
          ("the meat aisle", "the spirits aisle", "the self-checkouts", "the chiller", "the household aisle", "the foyer")),
    Trade("convenience", 2.4, CORNER, ("Tilbrook Stores", "Seven Acre Local", "Mistry News & Wine", "Corner Larder",
                                       "Beacon Express", "Daybreak Stores"), 3,
          (("bottles of vodka", 1500, 2200, 1, 4), ("four-packs of lager", 500, 750, 2, 6), ("sandwiches", 250, 450, 3, 8),
           ("bars of chocolate", 110, 250, 6, 20), ("vapes", 550, 1100, 3, 10), ("blocks of cheese", 320, 500, 3, 7),
           ("bottles of wine", 700, 1200, 2, 5), ("packs of bacon", 280, 400, 4, 9), ("energy drinks", 150, 260, 5, 14),
           ("scratch cards", 200, 500, 5, 20)),
          ("the beer fridge", "the front counter", "the sweet aisle", "the back aisle", "the chiller")),
    Trade("pharmacy", 1.9, SHOP, ("Larkmead Pharmacy", "Wychwood Chemist", "Orchard & Vale Pharmacy"), 2,
          (("bottles of perfume", 2800, 6900, 2, 6), ("electric toothbrushes", 3500, 7900, 2, 5),
           ("pots of face cream", 1400, 3200, 3, 9), ("packs of razor blades", 900, 1800, 4, 10),
           ("tubs of baby formula", 1100, 1500, 3, 7), ("boxes of vitamins", 600, 1400, 4, 12),
           ("sun creams", 700, 1300, 4, 10), ("mascaras", 800, 1500, 4, 14)),
          ("the fragrance stand", "the baby aisle", "the skincare bay", "the dispensary counter", "the make-up stands")),
    Trade("cosmetics", 2.0, SHOP, ("Brightwell Cosmetics", "Maison Delphine", "Hazel & Fig Beauty"), 2,
          (("bottles of perfume", 3500, 9500, 2, 7), ("testers and boxed fragrances", 2500, 7000, 3, 8),
           ("lipsticks", 1600, 2900, 4, 14), ("gift sets", 2500, 5500, 2, 6), ("palettes", 2200, 4200, 3, 9),
           ("hair straighteners", 9900, 18900, 1, 2)),
          ("the fragrance wall", "the make-up counter", "the gift table", "the tester bar")),
    Trade("clothing", 2.0, SHOP, ("Tiller & Rowe", "Ashdown & Pike", "Marrowby", "Fable Street", "Norwood Denim",
                                  "Little Otters Childrenswear"), 3,
          (("coats", 5500, 12900, 2, 5), ("pairs of jeans", 3500, 7500, 3, 7), ("jumpers", 2800, 5900, 3, 8),
           ("dresses", 2900, 6900, 3, 8), ("jackets", 4900, 11900, 2, 6), ("handbags", 3500, 8900, 2, 4),
           ("sets of underwear", 1200, 2800, 5, 14), ("scarves", 1500, 2900, 4, 8)),
          ("the fitting rooms", "the front rail", "the coat rail", "the denim wall", "the sale rail")),
    Trade("sports", 1.6, SHOP, ("Sprintwell Sports", "Touchline & Trail", "Longstride"), 2,
          (("tracksuits", 4500, 8900, 2, 5), ("pairs of trainers", 6500, 13900, 1, 4), ("football shirts", 5500, 8000, 2, 6),
           ("puffer jackets", 7900, 15900, 1, 4), ("running watches", 11900, 24900, 1, 2), ("caps", 1500, 2600, 3, 7)),
          ("the trainer wall", "the football section", "the front display", "the fitting room")),
    Trade("electrical", 1.2, SHOP, ("Volta Reed", "Circuit & Sons", "Phonehaven"), 2,
          (("pairs of headphones", 5900, 27900, 1, 4), ("phone cases and chargers", 1500, 3500, 4, 12),
           ("game controllers", 4500, 6500, 2, 5), ("video games", 3500, 5900, 3, 8), ("smart speakers", 4900, 9900, 1, 3),
           ("tablets", 19900, 44900, 1, 2), ("handsets", 29900, 79900, 1, 2)),
          ("the headphone display", "the gaming wall", "the phone table", "the accessories wall")),
    Trade("home", 1.0, SHOP, ("Oakhurst Home", "Marlpit DIY & Garden", "Tallow & Thread", "Copperline Kitchens"), 2,
          (("sets of bed linen", 3500, 7900, 2, 5), ("scented candles", 1200, 2900, 4, 12), ("cordless drills", 7900, 15900, 1, 3),
           ("kitchen knives, boxed", 2500, 6900, 2, 5), ("tins of paint", 1900, 3900, 2, 6), ("throws", 2200, 4900, 2, 5),
           ("coffee machines", 7900, 19900, 1, 2), ("tap sets", 4500, 9900, 1, 4)),
          ("the power tool cage", "the candle display", "the garden door", "the bedding section")),
    Trade("discount", 1.8, LONG, ("Pennyfold", "Sixpence & Co", "Bargain Barge"), 2,
          (("boxes of washing capsules", 700, 1300, 3, 9), ("batteries", 350, 700, 6, 16), ("air fresheners", 250, 500, 6, 18),
           ("toys", 600, 1500, 3, 8), ("bottles of shower gel", 150, 350, 6, 16), ("boxes of biscuits", 200, 400, 5, 14),
           ("dog treats", 250, 600, 5, 12)),
          ("the toiletries aisle", "the front door", "the seasonal aisle", "the tills")),
    Trade("wine", 1.5, hours("10:00-22:00", "10:00-22:30", "11:00-21:00"), ("Nightjar Wines", "Cask & Candle", "Vintner's Yard"), 2,
          (("bottles of champagne", 3500, 5900, 1, 4), ("bottles of gin", 2400, 4200, 2, 5), ("bottles of whisky", 2900, 7900, 1, 4),
           ("bottles of vodka", 1700, 2900, 2, 5), ("bottles of red wine", 900, 2200, 2, 6)),
          ("the spirits shelf", "the champagne shelf", "the counter", "the chiller")),
    Trade("gifts", 0.7, QUIET, ("Harper's", "Quillfeather Books", "The Paper Kite", "Button & Bramble", "Saltmarsh Gallery"), 1,
          (("gift sets", 1500, 3900, 2, 6), ("pens, boxed", 2500, 7500, 1, 4), ("candles", 1200, 2800, 3, 8),
           ("hardback books", 1600, 2900, 2, 6), ("silver bracelets", 3500, 8500, 1, 3), ("soft toys", 1200, 2600, 2, 5)),
          ("the window table", "the card spinner", "the glass cabinet", "the back room")),
    Trade("jeweller", 0.5, QUIET, ("Ellery & Sons Jewellers", "Goldcrest Jewellery"), 1,
          (("gold chains", 19900, 69900, 1, 2), ("silver rings", 4500, 12900, 1, 4), ("watches", 14900, 49900, 1, 2)),
          ("the ring tray", "the front cabinet", "the counter")),
    Trade("charity", 0.6, QUIET, ("Lantern House Charity Shop", "Second Tide Hospice Shop"), 2,
          (("coats", 800, 2500, 1, 3), ("pairs of shoes", 600, 1500, 1, 3), ("ornaments", 300, 1200, 2, 5),
           ("donation tins", 1500, 6000, 1, 1)),
          ("the front rail", "the counter", "the back door")),
    Trade("fuel", 1.0, ALWAYS, ("Redwing Filling Station", "Marden Road Garage", "Ferrywell Services"), 1,
          (("vapes", 550, 1100, 3, 9), ("bottles of screenwash", 400, 700, 2, 6), ("sandwiches", 300, 480, 2, 6),
           ("packs of cigarettes", 1350, 1700, 4, 12)),
          ("the shop counter", "the chiller", "the shop door", "the car wash")),
    Trade("bank", 0.3, hours("09:30-16:30", "09:30-13:00"), ("Essex Mutual Savings", "Estuary Building Society"), 2,
          (("charity boxes", 1500, 4000, 1, 1),), ("the cash machine", "the counter", "the lobby")),
    Trade("cafe", 0.6, hours("08:00-17:00", "08:00-17:30", "09:00-16:00"), ("Teasel Coffee", "The Copper Whisk", "Hobb & Daughter Bakery",
                                                                 "Mooring Café"), 2,
          (("cakes and drinks", 350, 650, 2, 6), ("bags of coffee beans", 900, 1400, 2, 6)),
          ("the counter", "the outside tables", "the corner table", "the toilets")),
)  # fmt: skip

PUB_TRADES = (
    Trade("pub", 2.0, PUB, ("The Anvil & Oak", "The Thirsty Heron", "The Salted Barge", "The Idle Ferryman", "The Brass Cockerel",
                            "The Lamplighter's Rest", "The Crooked Mast", "The Wandering Hare", "The Tenpenny", "The Drowsy Fox",
                            "The Oyster Smack", "The Gunpowder Tap", "The Marsh Harrier", "The Quiet Sexton", "The Two Lightermen",
                            "The Cockle Rake", "The Pepperpot Inn", "The Tide & Tiller", "The Sleepy Bargeman", "The Mudlark's Arms",
                            "The Candle & Quill", "The Half Fathom", "The Weary Bailiff", "The Sprat Loft", "The Jolly Reedcutter",
                            "The Pilot's Parrot", "The Eel Trap", "The Blind Sawyer", "The Nettle & Dock"), 0,
          (("bottles of spirits", 2200, 4200, 1, 3), ("charity boxes", 2500, 8000, 1, 1), ("meals and drinks", 1400, 2600, 2, 5)),
          ("the bar", "the beer garden", "the pool table", "the smoking area", "the gents", "the front door")),
    Trade("bar", 2.2, {**hours("16:00-00:00", "12:00-02:00", "12:00-23:00"), "fri": ["16:00", "02:00"]},
          ("Halyard Bar", "Cellar Nine", "Tansy Yard", "Groyne Street Social", "Verbena Rooms", "Low Water", "Ormolu",
                                                                              "The Tin Veranda", "Figment", "Old Rope Bar"), 0,
          (("cocktails and food", 1100, 2400, 2, 6), ("bottles of champagne", 4500, 9000, 1, 3)),
          ("the terrace", "the bar", "the booths", "the stairs", "the front door")),
    Trade("club", 2.4, LATE, ("Club Meridienne", "The Ballast", "Neon Estuary", "Undertow", "Salon Kite", "Vault Seven"), 0,
          (("bottles of spirits", 3500, 9000, 1, 3),),
          ("the dance floor", "the queue", "the cloakroom", "the toilets", "the front door")),
    Trade("restaurant", 0.8, MEALS, ("Saffron Mill", "Cantina Azulejo", "The Grillkeeper", "Pashmina Spice House", "Little Trattoria Nerina", "Wharf Noodle Room"), 0,
          (("meals and drinks", 1800, 3600, 2, 6),), ("a table by the door", "the bar", "the front of house")),
)  # fmt: skip

BY_CODE = {trade.code: trade for trade in (*RETAIL_TRADES, *PUB_TRADES)}
