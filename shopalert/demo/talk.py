"""What is said under an incident: by the reporter, other members, the coordinator and the police."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from shopalert.demo import wording
from shopalert.demo.rhythm import LONDON
from shopalert.demo.shapes import CommentFacts, IncidentFacts, MembershipFacts, World
from shopalert.demo.trades import BY_CODE

# By family of category: theft, trouble (people behaving badly or worse), money, care; `any` fits all.
REPORTER: dict[str, tuple[str, ...]] = {
    "any": (
        "Forgot to say: {detail}", "Manager is in at {hour} if you need anyone.", "Camera clock is {n} minutes fast, for whoever watches it.", "Staff are all right, thanks for asking.",
        "I can write a statement, days off are {weekday} and Sunday.", "Download is running, it is slow.", "Rang 101 too, on hold for a while.", "I have put it in the diary as well.", "Clip is {n} minutes long, where should it go?",
        "The other till saw it better than me, back in on {weekday}.", "Nobody else was in at the time.", "Thanks all, quick as always.",
    ),
    "theft": (
        "{He_the} also had a go at the display by the door.", "Managed to get a still, it is on the report.", "Just checked, it is {n} items, not {m}.", "Found the packaging in the bin outside.", "{N} of them turned up behind the bins, damaged.",
        "Not the first time for us, as you know.", "We have moved the stock to the back shelf.", "The car was parked on the double yellows, dark, no plate seen.", "Came back past the window ten minutes later, did not come in.",
    ),
    "trouble": (
        "Came back past the window ten minutes later, did not come in.", "I was on my own until {hour}, so I stayed behind the counter.", "Doors are locked, customers gone out of the back.", "{He_the} left a glove behind. In a bag, not touched.",
        "Calmer now, but we would like a walk past later.", "We have asked for a second pair of hands until {hour}.", "Accident book done, photo of it if you want.",
    ),
    "money": ("It is in an envelope, nobody has handled it since.", "We have the card slip as well.", "Head office wants a number for it.", "Serial number is on the report now.", "The till roll shows it at {clock}."),
    "care": ("Still with us, quite calm.", "Family are on their way.", "Has had something to eat.", "Ambulance says about {n} minutes."),
}  # fmt: skip
MEMBER: dict[str, tuple[str, ...]] = {
    "any": (
        "Thanks, watching.", "Two of us on the floor until close.", "No sign here.", "Thanks {first}, hope everyone is all right.", "Our camera covers that corner, will save it.", "Thank you for posting it so quickly.", "Have told the late shift.",
        "Anything you need from us, just say.", "Quiet at our end.",
    ),
    "theft": (
        "Same in here {ago_short}, said hello and they left.", "Not seen {him} today but will look.", "We had {him} on {weekday}, same way of doing it.", "Walked past us just now, {way}.", "That sounds like the one from last {weekday}.",
        "Came in, saw our guard, turned round.", "Is {he} with the other one from the car park?", "Tried ours first, I think. Refused at the door.", "We have put the dear ones behind the counter since last week.", "I know the bag. {Weekday}, about {hour}.",
        "In the café opposite a minute ago.", "Seen at the bus stop at {clock}.", "Turned up here asking for a refund on something of yours.", "Thanks, stock is off the front table now.",
    ),
    "trouble": (
        "Locked the fire door to be safe.", "Coming over to keep you company until it is quiet.", "Could hear that from here. All right?", "Walked past us just now, {way}.", "Refused at our door as well.", "In the café opposite a minute ago.",
        "Had {him} outside ours on {weekday}.", "Our guard is coming across.", "Moved on from here at {clock}.",
    ),
    "money": ("Our till took one like that as well.", "Checked ours, all right.", "Thanks, pens are out.", "Same story here on {weekday}, did not fall for it.", "Tried it here at {clock}, refused."),
    "care": ("Well done for stepping in.", "Have asked our people to look.", "Not seen here, will keep looking.", "We have a wheelchair if that helps.", "I know the family, ringing them now."),
}  # fmt: skip
OFFICER_FIRST: dict[str, tuple[str, ...]] = {
    "any": (
        "Thanks for the report. Please keep the footage from {from_} to {to}.", "Received. Is anyone hurt?", "Can you save {camera}, {from_} to {to}, and keep the original?", "I am on until {hour}. I will come by before then.",
        "Do you have a member of staff who would give a statement?", "Thanks {first}. Do you want to support a prosecution?", "I will call in tomorrow morning for the clip.", "Please put it in the online form as well and post the number here.",
        "Thank you, clear report. Anything else you remember, add it here.",
    ),
    "theft": (
        "Thank you. Which way exactly, and on foot?", "Good description, that helps. Did {he} touch anything we could look at?", "Noted, I will look at it with the two from last week.", "Area searched, no trace for now. Please ring 999 if {he} {comes} back.",
        "Thanks all. Please do not approach, tell me here where {he} {goes}.", "Does anybody recognise {him}? Answers to me, please, not here.",
    ),
    "trouble": (
        "On my way to you, about {n} minutes.", "Unit made aware, they are checking {street}.", "Thanks all. Please do not approach, tell me here where {he} {goes}.", "Area searched, no trace for now. Please ring 999 if {he} {comes} back.",
        "Is everyone safe and indoors? I am {n} minutes away.", "Sorry this happened to you. I will come and see you today.",
    ),
    "money": ("Please do not hand it on, keep it in an envelope for me.", "Thank you. Who handled it, and where is it now?", "Others in town had one too, I am putting them together.", "Could you write down the exact words that were used?"),
    "care": ("Thank you for staying. I am {n} minutes away.", "Well done. Ambulance is told, please keep them warm.", "Our control room has it. What name did they give?", "Thanks, no need to keep them, only keep them company."),
}  # fmt: skip
FAMILY = {
    "shop_theft": "theft", "shop_theft_attempt": "theft", "burglary": "theft", "make_off": "theft", "theft_person": "theft", "vehicle": "theft", "robbery": "theft", "suspicious": "theft",
    "threats_abuse": "trouble", "violence_worker": "trouble", "asb": "trouble", "drugs_alcohol": "trouble", "damage": "trouble", "weapon": "trouble", "age_sale": "trouble", "order_breach": "trouble",
    "fraud": "money", "counterfeit": "money", "welfare": "care", "other": "any",
}  # fmt: skip
OFFICER_LATER = (
    "Crime number {crime}.", "Recorded, crime number {crime}. Please quote it on the statement.", "{crime} is your crime number, allocated to me.", "Update: footage received, thank you. Crime number {crime}.",
)  # fmt: skip
OFFICER_PLAIN = (
    "Footage received, thank you.", "Statement done, thank you for your time.", "No further lines for now, I will come back to it if it happens again.", "Extra patrol on {street} {weekday} and Saturday.",
    "We have spoken to somebody about this. I will tell you the outcome here.", "Thank you, that is what I needed.", "Happy to come to your next team briefing if useful.", "A suspect has been identified. Please share no pictures outside this app.",
    "Looked at the clip, good quality. I will try to put a name to it.", "One arrest this afternoon, nothing more to say before the interview.", "Please fill in the impact statement when you have a minute, I will bring the form.",
)  # fmt: skip
ONLINE = (
    "Reported online, number {online}.",
    "Online report is in: {online}.",
    "Done, {online}.",
    "Filed it tonight, reference {online}.",
)
COORDINATOR = (
    "Thanks everyone. I have added it to this week's summary.", "Good spotting. {Shop}, can you check {camera} please?", "I will raise it at the meeting on {weekday}.", "Looks like the third on {street} this month, linking them.",
    "{First}, ring me if you would like to talk it through.", "Reminder: safety first, nobody has to stop anybody.", "I have asked the council about the light in the alley.", "Everyone on {street}, please keep doors in view until close.",
)  # fmt: skip
POLICE_ONLY = (
    "For officers: matches a log from {street} last {weekday}, will check the number plate list.", "Police only: I think I know who this is, do not circulate yet.", "Colleagues: same way of working as {ref_like}. I will pull both clips.",
    "Police only: address check due {weekday}, back-up please.", "For us: the shop is on its own after {hour}, a drive-past would be welcome.", "Officers: suspect may be on bail with a condition not to enter {street}, checking.",
    "Police only: witness is nervous, call her mobile, not the shop.", "For officers: vehicle seen twice on the camera at the roundabout, asking for the download.",
)  # fmt: skip
TO_COORDINATORS = (
    "Between us: the member is new and shaken, could somebody call in?", "Coordinators: the shop says the ban letter never arrived, please check.", "For coordinators: please hold the picture back until the officer agrees.",
    "Coordinators only: second complaint about the guard firm's tone, I will speak to them.",
)  # fmt: skip
DETAILS = ("{he} had a key ring with a blue float.", "there was a second one by the door.", "{he} asked the time first.", "{he} paid cash for a drink.", "the bag had a broken strap.", "it was the side door, not the front.")  # fmt: skip
CAMERAS = (
    "the till camera",
    "camera 2",
    "the door camera",
    "the yard camera",
    "the aisle camera",
    "your front camera",
)


class Talk:
    """Chats of one scheme."""

    def __init__(self, world: World, scheme: str, chance: Random) -> None:
        self.world, self.chance = world, chance
        self.members = world.members_of(scheme, "member", "lead", "partner")
        self.coordinators = [one.user for one in world.members_of(scheme, "coordinator")]
        district = next(one.district for one in world.schemes if one.code == scheme)
        self.officers = world.officers_of(district)

    def under(self, incident: IncidentFacts, number: int) -> tuple[CommentFacts, ...]:
        """Reporter, an officer and often others; what would lie after now is not said yet."""
        chance = self.chance
        officer = chance.choice(self.officers)
        lines: list[tuple[str, str, str]] = []
        crime = incident.category not in {"welfare", "other", "suspicious", "age_sale"}
        if chance.random() < 0.45:
            lines.append((incident.author, self.pick(REPORTER, incident), "members"))
        for _ in range(chance.choices((0, 1, 2), (45, 40, 15))[0]):
            lines.append((self.other(incident).user, self.pick(MEMBER, incident), "members"))
        lines.insert(chance.randint(0, len(lines)), (officer, self.pick(OFFICER_FIRST, incident), "members"))
        if not any(who != officer for who, _, _ in lines) or chance.random() < 0.55:
            lines.append((incident.author, self.pick(REPORTER, incident), "members"))
        if crime and chance.random() < 0.32:
            lines.append((incident.author, chance.choice(ONLINE), "members"))
        if crime and chance.random() < 0.4:
            lines.append((officer, chance.choice(OFFICER_LATER), "members"))
        elif crime and chance.random() < 0.4:
            lines.append((officer, chance.choice(OFFICER_PLAIN), "members"))
        if self.coordinators and chance.random() < 0.2:
            lines.append((chance.choice(self.coordinators), chance.choice(COORDINATOR), "members"))
        if crime and chance.random() < 0.2:
            lines.append((chance.choice(self.officers), chance.choice(POLICE_ONLY), "police"))
        if self.coordinators and chance.random() < 0.04:
            lines.append((self.coordinators[0], chance.choice(TO_COORDINATORS), "coordinators"))
        return self.timed(incident, lines, number)

    def pick(self, pool: dict[str, tuple[str, ...]], incident: IncidentFacts) -> str:
        """Something that fits the kind of thing that happened."""
        family = FAMILY[incident.category]
        return self.chance.choice(pool[family] if self.chance.random() < 0.68 else pool["any"])

    def timed(
        self, incident: IncidentFacts, lines: list[tuple[str, str, str]], number: int
    ) -> tuple[CommentFacts, ...]:
        """Each line some minutes after the last; the first minutes are quick."""
        chance, at, said = self.chance, incident.received_at, []
        seen: set[str] = set()
        for who, pattern, audience in lines:
            if pattern in seen:
                continue
            seen.add(pattern)
            at += timedelta(seconds=int(min(chance.lognormvariate(5.6, 1.2), 60_000)) + 20)
            if at >= self.world.now:
                break
            text = self.say(pattern, incident, number)
            said.append(CommentFacts(who, text, at, audience, who in self.officers))
        if (
            not any(one.by_police for one in said)
            or len({one.author for one in said if one.audience == "members"}) < 2
        ):
            return tuple(one for one in said if one.audience == "members" and not one.by_police)[:1]
        return tuple(said)

    def other(self, incident: IncidentFacts) -> MembershipFacts:
        """Somebody from another site."""
        others = [
            one for one in self.members if one.user != incident.author and one.premises != incident.premises
        ]
        return self.chance.choice(others)

    def say(self, pattern: str, incident: IncidentFacts, number: int) -> str:
        chance, world = self.chance, self.world
        premises = world.premises[incident.premises]
        he = incident.pronoun
        many = he == "they"
        him = {"they": "them", "she": "her", "he": "him"}[he]
        shop = chance.choice(
            [one.business for one in world.premises.values() if one.scheme == incident.scheme]
        )
        n = chance.randint(2, 9)
        words = {
            "he": he, "him": him, "he_the": {"they": "They", "she": "She", "he": "He"}[he], "comes": "come" if many else "comes", "goes": "go" if many else "goes", "n": wording.NUMBERS[n], "m": wording.NUMBERS[n + chance.randint(1, 3)],
            "hour": chance.choice(("four", "five", "six", "half five", "seven", "ten tonight", "two")), "weekday": chance.choice(wording.WEEKDAYS), "way": chance.choice(("heading for the station", "going towards the market", "on the other side", "with the bag")),
            "ago_short": chance.choice(("twenty minutes ago", "this morning", "just before you", "an hour ago", "yesterday")), "first": world.users[incident.author].short_name, "clock": near(chance, incident.received_at),
            "from_": near(chance, incident.occurred_at, -12), "to": near(chance, incident.occurred_at, 14), "camera": chance.choice(CAMERAS), "street": premises.street, "shop": shop,
            "crime": f"42/{100_000 + number * 37}/{incident.received_at:%y}", "online": f"EX-{incident.received_at:%y%m%d}-{4000 + number * 13 % 5000}",
            "ref_like": f"the one at {shop}", "corner": chance.choice(BY_CODE[premises.trade].corner),
        }  # fmt: skip
        words["detail"] = chance.choice(DETAILS).format(**words)
        words |= {
            "N": words["n"].capitalize(),
            "Weekday": words["weekday"],
            "Shop": shop,
            "First": words["first"],
            "He_the": words["he_the"],
        }
        text = pattern.format(**words)
        return text[0].upper() + text[1:]


def near(chance: Random, at: datetime, minutes: int = 0) -> str:
    """A time on the wall near `at`, rounded to five minutes."""
    local = (at + timedelta(minutes=minutes)).astimezone(LONDON)
    return f"{local.hour:02}:{local.minute // 5 * 5:02}"
