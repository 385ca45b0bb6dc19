"""Who is there: the cast that tests, screenshots and documents share, and the others of nineteen schemes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from shopalert.demo import places
from shopalert.demo.shapes import (
    MembershipFacts,
    PoliceFacts,
    PremisesFacts,
    SchemeFacts,
    UserFacts,
    World,
    dice,
    each,
)
from shopalert.demo.trades import PUB_TRADES, RETAIL_TRADES, Trade

# key, name, short name, e-mail, rank: where they belong stands in `cast`
CAST = {
    "asha": UserFacts("asha", "Asha Kaur", "Asha", "asha@example.org"),
    "ivy": UserFacts("ivy", "Ivy Webb", "Ivy", "ivy@example.org"),
    "leo": UserFacts("leo", "Leo Stone", "Leo", "leo@example.org"),
    "ben": UserFacts("ben", "Ben Okoro", "Ben", "ben@example.org"),
    "pat": UserFacts("pat", "Pat Lowe", "Pat", "pat@example.org"),
    "carol": UserFacts("carol", "Carol Dunn", "Carol", "carol@example.org"),
    "dev": UserFacts("dev", "Dev Mercer", "PC Mercer", "dev@example.org", "PC 4417"),
    "ellen": UserFacts("ellen", "Ellen Frost", "CI Frost", "ellen@example.org", "Chief Inspector"),
    "olu": UserFacts("olu", "Olu Grant", "PC Grant", "olu@example.org", "PC 2290"),
    "femi": UserFacts("femi", "Femi Cole", "Femi", "femi@example.org"),
    "sam": UserFacts("sam", "Sam Reed", "Sam", "sam@example.org", suspended=True),
    "gus": UserFacts("gus", "Gus Hale", "Gus", "gus@example.org", is_operator=True),
}

FIRST = each(
    """
    Aisha Alan Alice Amir Ana Andrew Anita Anya Arjun Barbara Bethany Bola Bryn Callum Caroline Charlotte Chidi
    Chloe Chris Claire Colin Connor Craig Dafydd Daisy Daniel Danuta Darren Debbie Derek Diane Dominic Eddie Ela
    Eleanor Elif Emeka Emma Erin Esther Farah Fiona Frank Gareth Gemma George Glen Grace Graham Hannah Harpreet
    Hasan Hayley Helen Holly Ian Imran Ines Iqbal Isla Jack Jade James Jan Jasmine Jaswinder Jo Joanna Joe Josh Joy
    Julie Karen Kasia Kate Keith Kelly Ken Kieran Kofi Laura Layla Leah Lee Leroy Lewis Linda Louise Lucy Luke
    Maggie Marcus Maria Mark Martin Matt Maya Meera Michelle Mick Mira Mo Mohammed Nadia Natalie Nathan Neil Nicola
    Nisha Noor Olivia Oscar Owen Pam Patrick Paul Pauline Pete Philippa Priya Rachel Raj Rebecca Reece Rhys Rob
    Robin Rosa Roy Ruth Ryan Sadie Sally Sam Samira Sandra Sara Sean Shannon Sharon Shirin Simon Sofia Sophie Stacey
    Stan Steph Steve Sue Sunita Suzanne Tara Ted Terry Theo Tina Toby Tom Tracey Uma Val Vicky Wayne Wendy Will
    Yasmin Yusuf Zoe Zofia
    """
)
LAST = each(
    """
    Abbott Adams Ahmed Akhtar Allen Andrews Appleby Archer Ashworth Atkins Bailey Bains Barker Barnard Begum Bell
    Bennett Bishop Blackwell Bowen Bradshaw Brady Bright Brooks Burgess Carter Chandler Chapman Choudhury Clarke
    Coates Cole Cooper Corbett Coyle Crane Crossley Cutler Daley Dawson Desai Dhillon Dixon Doyle Draper Eastwood
    Ellis Farrell Fenn Finch Fletcher Flynn Forde Foster Gallagher Garner Gibbs Gill Goddard Grant Green Hale
    Hammond Hardy Harris Hartley Hawes Hayward Hewitt Hicks Holt Howard Hughes Hussain Ingram Jarvis Jenkins Johal
    Jordan Kaczmarek Kemp Khan Knight Kowalski Lamb Lawson Leach Lloyd Lowe Lucas Mace Malik Mann Marsh Mason Mellor
    Mistry Moran Morgan Nash Neale Newton Nolan Norris Nwosu Oakley Okafor Osborne Owusu Page Parker Patel Payne
    Pearce Perry Pickett Pope Porter Price Quinn Rahman Reeve Rhodes Rider Rowe Sadler Sandhu Saunders Sharma Shaw
    Shepherd Silva Simmons Singh Slater Spencer Stokes Sutton Swift Tanner Taylor Thorne Tucker Turner Underwood
    Varga Vickers Wade Walsh Ward Warren Watts Webb Wells West Whitehead Wilks Winter Wood Wright Yates Young
    """
)

# How many firms of each trade a retail scheme has, in this order until its premises are full.
RETAIL_MIX = each(
    """
    food convenience pharmacy clothing cosmetics sports discount gifts wine electrical charity fuel home cafe
    clothing convenience jeweller bank clothing food electrical gifts cosmetics cafe home sports charity
    """
)
PUB_MIX = each(
    """
    pub bar pub club pub restaurant pub bar pub pub club pub bar pub restaurant pub
    """
)
# Where the cast works, whatever the dice say.
KNOWN = {
    ("WIC", "gifts"): "Harper's",
    ("WIC", "pharmacy"): "Larkmead Pharmacy",
    ("WIC", "food"): "Coppice Foods",
    ("WIC", "cosmetics"): "Brightwell Cosmetics",
    ("BIL", "food"): "Coppice Foods",
}
SMALL_SCHEME_WITHOUT = {
    "LEI": {"sports", "discount"},
    "MAL": {"sports"},
    "EDI": {"wine", "gifts", "charity", "jeweller"},
}


def populate(world: World) -> None:
    """Premises, members and police of every scheme."""
    names, shares = Names(dice(world.seed, "names")), Firms()
    for scheme in world.schemes:
        sites = premises_of(world, scheme, shares)
        world.premises.update({one.key: one for one in sites})
        enrol(world, scheme, sites, names)
    station(world, names)
    cast(world)


class Names:
    """Each invented person once."""

    def __init__(self, chance: Random) -> None:
        pairs = [(first, last) for first in FIRST for last in LAST]
        self.left = chance.sample(pairs, 900)

    def next(self) -> tuple[str, str]:
        return self.left.pop()


class Firms:
    """Which firm comes next: chains may stand in many towns, an independent only in one."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def pick(self, chance: Random, trade: Trade, here: set[str]) -> str | None:
        fresh = [
            n
            for i, n in enumerate(trade.names)
            if n not in here and (i < trade.chains or n not in self.taken)
        ]
        if not fresh:
            return None
        name = (
            fresh[0]
            if fresh[0] in trade.names[: trade.chains] and chance.random() < 0.6
            else chance.choice(fresh)
        )
        self.taken.add(name)
        return name


def premises_of(world: World, scheme: SchemeFacts, firms: Firms) -> list[PremisesFacts]:
    """The scheme's sites. Harper's stands in Wickford, where Asha works."""
    chance = dice(world.seed, "premises", scheme.code)
    mix = PUB_MIX if scheme.kind == "pubwatch" else RETAIL_MIX
    pool = PUB_TRADES if scheme.kind == "pubwatch" else RETAIL_TRADES
    by_code = {trade.code: trade for trade in pool}
    without = SMALL_SCHEME_WITHOUT.get(scheme.code, set())
    sites: list[PremisesFacts] = []
    here: set[str] = set()
    wanted = [code for code in mix if code not in without]
    for code in wanted + [
        c for c in wanted if c in {"convenience", "clothing", "food", "pub", "cafe", "gifts"}
    ]:
        if len(sites) == scheme.premises:
            break
        trade = by_code[code]
        known = KNOWN.get((scheme.code, code))
        name = known if known and known not in here else firms.pick(chance, trade, here | {"Harper's"})
        if name is None:
            continue
        here.add(name)
        sites.append(site(chance, scheme, trade, name, len(sites)))
    return sites


def site(chance: Random, scheme: SchemeFacts, trade: Trade, name: str, number: int) -> PremisesFacts:
    """One shop or pub. The last letter of its postcode is one that real inward codes never have."""
    streets = scheme.streets
    street = streets[min(int(abs(chance.gauss(0, 0.45)) * len(streets)), len(streets) - 1)]
    along = streets.index(street)
    return PremisesFacts(
        key=f"{scheme.code}-{number:02}",
        scheme=scheme.code,
        business=name,
        trade=trade.code,
        street=street,
        postcode=f"{scheme.outward} {chance.randint(0, 9)}{chance.choice('ABDEFGHJLNPQRSTUWXYZ')}{chance.choice('CKMOV')}",
        lat=round(scheme.lat + (along - 1.5) * 0.0009 + chance.gauss(0, 0.0007), 6),
        lon=round(scheme.lon + (along % 2 - 0.5) * 0.0016 + chance.gauss(0, 0.0016), 6),
        hours=trade.hours,
        pull=round(trade.pull * chance.lognormvariate(0, 0.45), 3),
    )


def enrol(world: World, scheme: SchemeFacts, sites: list[PremisesFacts], names: Names) -> None:
    """A coordinator, one or two leads, a partner where there is a control room, and at least one member a site."""
    chance = dice(world.seed, "members", scheme.code)
    pub = scheme.kind == "pubwatch"
    roles: list[tuple[str, PremisesFacts | None, str]] = []
    if scheme.code != "WIC":
        board = (
            f"{scheme.name}"
            if pub
            else f"{scheme.name.removesuffix(' Shopping Centre')} Business Crime Partnership"
        )
        roles.append(("coordinator", sites[0] if pub else None, sites[0].business if pub else board))
    if scheme.code in {places.RADIO, "SOU", "CHE"}:
        roles += [
            (
                "partner",
                None,
                {"LAK": "Lakeside control room", "SOU": "Southend CCTV", "CHE": "Chelmsford rangers"}[
                    scheme.code
                ],
            )
        ] * 2
    busiest = sorted(sites, key=lambda one: -one.pull)
    roles += [("lead", one, guard_firm(chance, one)) for one in busiest[: 2 if scheme.members >= 18 else 1]]
    members = sites + [chance.choice(busiest[: len(sites) // 2 + 1]) for _ in range(scheme.members)]
    roles += [("member", one, one.business) for one in members[: scheme.members - len(roles)]]
    for number, (role, premises, employer) in enumerate(roles):
        first, last = names.next()
        key = f"{scheme.code.lower()}-{number:02}"
        world.users[key] = UserFacts(
            key, f"{first} {last}", first, f"{first}.{last}@{scheme.slug}.example".lower()
        )
        joined = world.now - timedelta(days=chance.randint(100, 900), minutes=chance.randint(0, 600))
        call_sign = f"Lakeside {number + 1:02}" if scheme.code == places.RADIO else ""
        if role == "partner" and call_sign:
            call_sign = f"Control {number}"
        world.memberships.append(
            MembershipFacts(
                key, scheme.code, role, premises.key if premises else None, employer, call_sign, joined
            )
        )


def guard_firm(chance: Random, premises: PremisesFacts) -> str:
    """A guard's employer is often not the shop's."""
    return chance.choice([premises.business, premises.business, "Stonegate Guarding", "Larch Security"])


def station(world: World, names: Names) -> None:
    """Two officers and a commander for each district; Dev and Ellen are of Basildon, Olu of Southend."""
    for district in world.districts:
        chance = dice(world.seed, "police", district.slug)
        posts = [
            ("officer", "PC"),
            ("officer", chance.choice(["PC", "PCSO", "Sgt"])),
            ("commander", "Chief Inspector"),
        ]
        if district.slug == "basildon":
            posts = [("officer", "PCSO")]
        if district.slug == "southend":
            posts = posts[1:]
        for number, (role, rank) in enumerate(posts):
            first, last = names.next()
            key = f"{district.slug}-{number}"
            title = rank if role == "commander" else f"{rank} {chance.randint(1100, 9200)}"
            short = f"{'CI' if role == 'commander' else rank} {last}"
            world.users[key] = UserFacts(
                key, f"{first} {last}", short, f"{first}.{last}@essexpolice.example".lower(), title
            )
            world.police.append(PoliceFacts(key, district.slug, role))


def cast(world: World) -> None:
    """Asha, Ben, Carol, Dev, Ellen, Femi: the same names in tests, pictures and documents."""
    world.users.update(CAST)
    harpers, larkmead = find(world, "WIC", "Harper's"), find(world, "WIC", "Larkmead Pharmacy")
    coppice, billericay = find(world, "WIC", "Coppice Foods"), find(world, "BIL", "Coppice Foods")
    # They take the places of members of their shops: Harper's has one voice, and Wickford stays as large as it was.
    for site in (harpers, larkmead, billericay):
        for one in [m for m in world.memberships if m.premises == site.key]:
            world.memberships.remove(one)
            world.users.pop(one.user)

    def join(
        user: str, site: PremisesFacts | None, role: str = "member", days: int = 300, employer: str = ""
    ) -> None:
        firm, scheme = (site.business, site.scheme) if site else (employer, "WIC")
        joined = world.now - timedelta(days=days)
        world.memberships.append(
            MembershipFacts(user, scheme, role, site.key if site else None, employer or firm, "", joined)
        )

    join("asha", harpers, days=410)
    join("ivy", larkmead, days=520)
    join("leo", larkmead, "lead", 610, "Stonegate Guarding")
    join("ben", None, "coordinator", 700, "Wickford Business Crime Partnership")
    join("pat", None, "partner", 380, "Basildon CCTV room")
    join("carol", billericay, days=320)
    join("sam", coppice, days=150)
    join("femi", coppice, days=260)
    world.memberships[-1] = replace(world.memberships[-1], removed_at=world.now - timedelta(days=1))
    world.police += [
        PoliceFacts("dev", "basildon", "officer"),
        PoliceFacts("ellen", "basildon", "commander"),
        PoliceFacts("olu", "southend", "officer"),
    ]


def find(world: World, scheme: str, business: str) -> PremisesFacts:
    """The site of a business in a scheme."""
    return next(one for one in world.premises.values() if one.scheme == scheme and one.business == business)
