"""Essex as the demonstration needs it: twelve districts, nineteen schemes, and how busy each is.

Codes, slugs and districts are the real ones. How many incidents a scheme has follows the published split
of shop-theft arrests by district (Southend, Chelmsford and Thurrock far ahead), softened so that a small town still
has something to look at. Canvey Island is the scheme whose members hardly report: its coordinator does it for them.
Streets are of the kind every such town has; house numbers and the last letters of postcodes are invented.
"""

from dataclasses import replace
from typing import Any

from shopalert.demo.shapes import DistrictFacts, SchemeFacts

FORCE = "Essex Police"

DISTRICTS = (
    DistrictFacts("basildon", "Basildon"),
    DistrictFacts("braintree", "Braintree"),
    DistrictFacts("brentwood", "Brentwood"),
    DistrictFacts("castle-point-rochford", "Castle Point & Rochford"),
    DistrictFacts("chelmsford-maldon", "Chelmsford & Maldon"),
    DistrictFacts("colchester", "Colchester"),
    DistrictFacts("epping-forest", "Epping Forest"),
    DistrictFacts("harlow", "Harlow"),
    DistrictFacts("southend", "Southend"),
    DistrictFacts("tendring", "Tendring"),
    DistrictFacts("thurrock", "Thurrock"),
    DistrictFacts("uttlesford", "Uttlesford"),
)

R, P = "retail", "pubwatch"

# code, slug, name, kind, district, latitude, longitude, postcode area, streets, incidents in 90 days, premises, members
_SCHEMES: tuple[tuple[Any, ...], ...] = (
    ("BIL", "billericay", "Billericay", R, "basildon", 51.6280, 0.4190, "CM12",
     ("High Street", "Station Road", "Western Road", "Chapel Street"), 72, 13, 18),
    ("PIT", "pitsea", "Pitsea", R, "basildon", 51.5657, 0.5060, "SS13",
     ("Northlands Pavement", "High Road", "Broadway North", "Market Square"), 66, 12, 15),
    ("WIC", "wickford", "Wickford", R, "basildon", 51.6130, 0.5210, "SS12",
     ("High Street", "Market Road", "The Broadway", "London Road", "Station Approach"), 150, 22, 28),
    ("BAP", "basildon-pubwatch", "Basildon Pubwatch", P, "basildon", 51.5700, 0.4570, "SS14",
     ("Town Square", "Southernhay", "Market Pavement", "East Walk"), 58, 10, 14),
    ("BIP", "billericay-pubwatch", "Billericay Pubwatch", P, "basildon", 51.6277, 0.4196, "CM12",
     ("High Street", "Chapel Street", "Southend Road"), 32, 8, 12),
    ("LEI", "leigh-on-sea", "Leigh on Sea", R, "southend", 51.5420, 0.6530, "SS9",
     ("The Broadway", "Elm Road", "Leigh Road", "Rectory Grove"), 120, 16, 20),
    ("SOU", "southend", "Southend", R, "southend", 51.5380, 0.7130, "SS1",
     ("High Street", "London Road", "Queensway", "Clifftown Road", "Marine Parade", "Southchurch Road"), 335, 24, 30),
    ("LEP", "leigh-on-sea-pubwatch", "Leigh on Sea Pubwatch", P, "southend", 51.5413, 0.6527, "SS9",
     ("The Broadway", "High Street", "Elm Road"), 62, 9, 13),
    ("SOP", "southend-pubwatch", "Southend Pubwatch", P, "southend", 51.5371, 0.7140, "SS1",
     ("Marine Parade", "High Street", "Lucy Road", "Clifftown Road", "Weston Road"), 148, 15, 20),
    ("CAN", "canvey-island", "Canvey Island", R, "castle-point-rochford", 51.5215, 0.5760, "SS8",
     ("Furtherwick Road", "High Street", "Foksville Road"), 44, 11, 14),
    ("RAY", "rayleigh", "Rayleigh", R, "castle-point-rochford", 51.5860, 0.6050, "SS6",
     ("High Street", "Eastwood Road", "Bellingham Lane", "Websters Way"), 62, 12, 16),
    ("GRA", "grays", "Grays", R, "thurrock", 51.4770, 0.3270, "RM17",
     ("High Street", "Clarence Road", "Orsett Road", "London Road"), 150, 16, 20),
    ("LAK", "lakeside", "Lakeside Shopping Centre", R, "thurrock", 51.4880, 0.2830, "RM20",
     ("Upper Mall North", "Upper Mall South", "Lower Mall East", "Boardwalk", "Retail Park"), 275, 26, 30),
    ("CHE", "chelmsford", "Chelmsford", R, "chelmsford-maldon", 51.7340, 0.4720, "CM1",
     ("High Street", "Duke Street", "Moulsham Street", "Exchange Way", "Springfield Road", "Market Road"), 330, 24, 30),
    ("MAL", "maldon", "Maldon", R, "chelmsford-maldon", 51.7320, 0.6760, "CM9",
     ("High Street", "Market Hill", "Wantz Road", "Butt Lane"), 72, 12, 16),
    ("BRE", "brentwood", "Brentwood", R, "brentwood", 51.6200, 0.3010, "CM14",
     ("High Street", "Crown Street", "Kings Road", "Ongar Road"), 92, 14, 18),
    ("DEB", "debden-broadway", "Debden Broadway", R, "epping-forest", 51.6540, 0.0850, "IG10",
     ("The Broadway", "Torrington Drive", "Barrington Green"), 66, 11, 14),
    ("EDI", "edinburgh-way", "Edinburgh Way", R, "harlow", 51.7830, 0.1210, "CM20",
     ("Edinburgh Way", "Queensgate", "Oaks Retail Park", "Temple Fields"), 140, 13, 17),
    ("TEN", "tendring", "Tendring", R, "tendring", 51.7890, 1.1540, "CO15",
     ("Pier Avenue", "High Street", "Station Road", "Rosemary Road", "Connaught Avenue"), 226, 19, 24),
)  # fmt: skip

DISCREET = {"BIP"}  # its lock screens say "New alert" and no more
SCHEMES = tuple(
    replace(SchemeFacts(*row), lock_screen="discreet" if row[0] in DISCREET else "category")
    for row in _SCHEMES
)
BY_CODE = {scheme.code: scheme for scheme in SCHEMES}

RADIO = "LAK"  # every member has a call sign, and a control room answers
SILENT = "CAN"  # its members hardly report
