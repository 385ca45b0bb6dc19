"""Ninety days of one scheme: what happened, who reported it, what was seen and said after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shopalert.demo import kinds, places, recent, rhythm, stills, truth, wording
from shopalert.demo.described import described, goods
from shopalert.demo.narratives import Teller, Told
from shopalert.demo.shapes import (
    IncidentFacts,
    PremisesFacts,
    SchemeFacts,
    SightingFacts,
    StepFacts,
    VersionFacts,
    World,
    dice,
)
from shopalert.demo.suspects import Crowd, Suspect

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen, before it is told."""

    category: str
    premises: PremisesFacts
    suspect: Suspect
    at: datetime
    series: str | None = None
    rise: str | None = None
    words: str | None = None
    live: bool | None = None  # in progress; None leaves it to the dice
    talked: bool = False
    exercise: bool = False


class Town:
    """Makes the incidents of one scheme."""

    def __init__(self, world: World, scheme: SchemeFacts, written: set[str], shown: Counter[str]) -> None:
        self.world, self.scheme, self.shown = world, scheme, shown
        self.pub = scheme.kind == "pubwatch"
        self.sites = [one for one in world.premises.values() if one.scheme == scheme.code]
        self.crowd = Crowd(dice(world.seed, "crowd", scheme.code), scheme.code, scheme.incidents)
        self.teller = Teller(dice(world.seed, "words", scheme.code), written)
        self.members = world.members_of(scheme.code)
        self.stills = {
            scene: [still.name for still in stills.STILLS if still.scene == scene] for scene in stills.SCENES
        }

    def incidents(self) -> list[IncidentFacts]:
        """All of them, oldest first, without references and chat."""
        planted = self.planted() + self.of_late()
        plans = planted + self.everyday(self.scheme.incidents - len(planted))
        chance = dice(self.world.seed, "told", self.scheme.code)
        return sorted(
            (self.told(plan, chance, n) for n, plan in enumerate(plans)), key=lambda one: one.received_at
        )

    # ---- what happens

    def planted(self) -> list[Plan]:
        """The events of the series that happen here."""
        chance = dice(self.world.seed, "planted", self.scheme.code)
        return [
            self.planted_event(series, event, chance)
            for series in truth.SERIES
            for event in series.events
            if event.scheme == self.scheme.code
        ]

    def planted_event(self, series: truth.Series, event: truth.Event, chance: Random) -> Plan:
        """One event of a series, at its hour of its day, or the last time the shop was open before that."""
        sites = [one for one in self.sites if one.trade == event.trade]
        premises = chance.choice(sites)
        local = (self.world.now - timedelta(days=event.days)).astimezone(rhythm.LONDON)
        minutes = round(event.hour * 60)
        at = local.replace(
            hour=minutes // 60, minute=minutes % 60, second=chance.randrange(60), microsecond=0
        )
        latest = self.world.now - 22 * MINUTE
        at = rhythm.last_trading(min(at.astimezone(self.world.now.tzinfo), latest), premises, chance)
        return Plan(series.category, premises, series.suspect, at, series=series.key, words=event.words)

    def of_late(self) -> list[Plan]:
        """What the newest page of Wickford shows: a little of everything, and one thing that is happening now."""
        if self.scheme.code != recent.SCHEME:
            return []
        chance = dice(self.world.seed, "of late")
        plans = []
        for event in recent.EVENTS:
            before = self.world.now - timedelta(minutes=event.minutes)
            sites = [one for trade in event.trades for one in self.sites if one.trade == trade]
            premises = next((one for one in sites if rhythm.is_open(one, before)), sites[0])
            at = rhythm.last_trading(before, premises, chance)
            at = min(at, before)  # its seconds are thrown anew
            suspect = self.crowd.somebody(f"l{event.minutes}", event.kinds)
            plans.append(
                Plan(
                    event.category,
                    premises,
                    suspect,
                    at,
                    words=event.words,
                    live=event.live,
                    talked=not event.exercise,
                    exercise=event.exercise,
                )
            )
        return plans

    def everyday(self, count: int) -> list[Plan]:
        """The ordinary run of things, the rise and the one who returns included."""
        chance = dice(self.world.seed, "plans", self.scheme.code)
        days = rhythm.days_before(self.world.now)
        weights = kinds.PUBWATCH if self.pub else kinds.RETAIL
        categories = chance.choices(list(weights), list(weights.values()), k=count)
        rise = truth.RISE if truth.RISE.scheme == self.scheme.code else None
        thefts = categories.count(rise.category) if rise else 0
        raised = (
            round(thefts * rise.days * rise.factor / (rhythm.DAYS - rise.days + rise.days * rise.factor))
            if rise
            else 0
        )
        returning = truth.PROLIFIC_EVENTS if truth.PROLIFIC.startswith(self.scheme.code) else 0
        plans = []
        for category in categories:
            premises = self.place(chance, category)
            within, risen = days, None
            if rise and category == rise.category:
                raised -= 1
                within, risen = (days[-rise.days :], rise.key) if raised >= 0 else (days[: -rise.days], None)
            suspect = self.crowd.next(kinds.PEOPLE.get(category))
            if returning and category in {"shop_theft", "shop_theft_attempt"} and chance.random() < 0.3:
                returning, suspect = returning - 1, truth.PROLIFIC_SUSPECT
            at = rhythm.moment(chance, self.world.now, premises, category, self.pub, within)
            plans.append(Plan(category, premises, suspect, at, rise=risen))
        return plans

    def place(self, chance: Random, category: str) -> PremisesFacts:
        """Where it happens: the busiest places most, and only where it can."""
        only, less = kinds.ONLY_AT.get(category), kinds.LESS_AT.get(category, {})
        weights = [
            one.pull * (only.get(one.trade, 0) if only else less.get(one.trade, 1.0)) for one in self.sites
        ]
        if not any(weights):
            weights = [one.pull for one in self.sites]
        return chance.choices(self.sites, weights)[0]

    # ---- how it is told

    def told(self, plan: Plan, chance: Random, number: int) -> IncidentFacts:
        """The report of one plan, with what became of it."""
        category = plan.category
        live = plan.series is None and chance.random() < kinds.IN_PROGRESS.get(category, 0)
        live = live if plan.live is None else plan.live
        neighbours = [one.business for one in self.sites if one.key != plan.premises.key]
        told = self.teller.tell(category, plan.premises, plan.suspect, plan.at, neighbours, live, plan.words)
        incident = IncidentFacts(
            key=f"{self.scheme.code}-{number}",
            scheme=self.scheme.code,
            author=self.coordinators()[0] if plan.exercise else self.author(plan.premises, chance),
            category=category,
            premises=plan.premises.key,
            narrative=told.text,
            occurred_at=plan.at.replace(microsecond=0),
            received_at=self.received(plan, live, chance),
            in_progress=live,
            violence=chance.random() < kinds.VIOLENCE.get(category, 0) and plan.series is None,
            weapon=chance.random() < kinds.WEAPON.get(category, 0) and plan.series is None,
            value_lost_pence=told.value_lost_pence,
            pronoun=plan.suspect.pronoun,
            talked=plan.talked or plan.series is not None,
            person=None if category in kinds.NOBODY else plan.suspect.key,
            series=plan.series,
            rise=plan.rise,
            exercise=plan.exercise,
        )
        self.describe(incident, plan, told)
        if live:
            self.as_it_happened(incident, chance)
        elif len(told.text) > len(told.first_words) + 12 and chance.random() < 0.05:
            self.corrected(incident, told.first_words, chance)
        if not incident.talked and chance.random() < 0.012:
            self.withdrawn(incident, chance)
        else:
            self.seen_again(incident, chance)
        self.pictured(incident, plan.premises, chance)
        return incident

    def describe(self, incident: IncidentFacts, plan: Plan, told: Told) -> None:
        """What a careful reporter adds, with dice of its own."""
        incident.more = described(
            plan.suspect, plan.category, dice(self.world.seed, "described", incident.key)
        )
        haul, value = told.haul, told.value_lost_pence
        if (
            incident.more
            and plan.category == "shop_theft"
            and value == haul.pence
            and value % haul.count == 0
        ):
            incident.more["goods"] = goods(haul.bare, haul.count, value)

    def coordinators(self) -> list[str]:
        return [one.user for one in self.members if one.role == "coordinator"]

    def author(self, premises: PremisesFacts, chance: Random) -> str:
        """Whoever works there; the coordinator where members do not report; now and then the control room."""
        coordinators = self.coordinators()
        partners = [one.user for one in self.members if one.role == "partner"]
        if self.scheme.code == places.SILENT and chance.random() < 0.92:
            return chance.choice(coordinators)
        if partners and chance.random() < 0.06:
            return chance.choice(partners)
        there = [one.user for one in self.members if one.premises == premises.key and one.removed_at is None]
        return chance.choice(there or coordinators)

    def received(self, plan: Plan, live: bool, chance: Random) -> datetime:
        """When the report came in: at once, some time later, or when the shop opened again."""
        latest = self.world.now - timedelta(seconds=40 + chance.random() * 60)
        if live:
            return plan.at + timedelta(seconds=chance.randint(4, 90))
        at = plan.at
        if not rhythm.is_open(plan.premises, at):
            for _ in range(24 * 4 * 3):
                at += 15 * MINUTE
                if rhythm.is_open(plan.premises, at):
                    break
        later = at + timedelta(
            minutes=min(chance.lognormvariate(3.0, 1.0), 900) + 2, milliseconds=chance.randrange(1000)
        )
        return later if later < latest else max(plan.at + timedelta(seconds=5), latest)

    def as_it_happened(self, incident: IncidentFacts, chance: Random) -> None:
        """The first alert said the category alone; the words came minutes after, the all clear later."""
        steps: list[StepFacts] = []
        now, at = self.world.now, incident.received_at
        edited = at + timedelta(seconds=chance.randint(40, 500))
        if chance.random() < 0.6 and edited < now:
            incident.earlier = (VersionFacts("", None, incident.author, at),)
            steps.append(StepFacts("edited", incident.author, edited))
        clear = max(edited, at) + timedelta(seconds=chance.randint(180, 3600))
        if clear < now:
            incident.all_clear_at = clear
            by = incident.author if chance.random() < 0.7 else self.caller(chance)
            steps.append(StepFacts("all_clear", by, clear, chance.choice(wording.ALL_CLEAR)))
        incident.steps = tuple(steps)

    def caller(self, chance: Random) -> str:
        """Somebody who may give the all clear for another: coordinator or officer."""
        return chance.choice(self.coordinators() + self.world.officers_of(self.scheme.district))

    def corrected(self, incident: IncidentFacts, first_words: str, chance: Random) -> None:
        """Details added afterwards, within the time allowed."""
        at = incident.received_at + timedelta(seconds=chance.randint(90, 800))
        if at < self.world.now:
            incident.earlier = (VersionFacts(first_words, None, incident.author, incident.received_at),)
            incident.steps = (*incident.steps, StepFacts("edited", incident.author, at))

    def withdrawn(self, incident: IncidentFacts, chance: Random) -> None:
        """Taken back by its reporter, with the reason."""
        last = max([incident.received_at, *(step.at for step in incident.steps)])
        at = last + timedelta(minutes=chance.randint(2, 240))
        if at < self.world.now:
            incident.withdrawn_at = at
            incident.steps = (
                *incident.steps,
                StepFacts("withdrawn", incident.author, at, chance.choice(wording.WITHDRAWN)),
            )

    def seen_again(self, incident: IncidentFacts, chance: Random) -> None:
        """The trail: other shops saw the same person within minutes."""
        likely = 0.62 if incident.in_progress else 0.2 if incident.series else 0.1 if incident.person else 0
        if chance.random() >= likely:
            return
        at, trail, last = incident.received_at, [], incident.premises
        for _ in range(chance.choices((1, 2, 3, 4, 5), (34, 30, 20, 10, 6))[0]):
            at += timedelta(seconds=chance.randint(50, 420))
            watchers = [
                one for one in self.members if one.role == "member" and one.premises not in (None, last, incident.premises)
                and rhythm.is_open(self.world.premises[one.premises or ""], at)
            ]  # fmt: skip
            if at >= self.world.now or not watchers:
                break
            watcher = chance.choice(watchers)
            trail.append(SightingFacts(watcher.user, watcher.premises or "", at))
            last = watcher.premises or ""
        incident.sightings = tuple(trail)

    def pictured(self, incident: IncidentFacts, premises: PremisesFacts, chance: Random) -> None:
        """One to three stills where somebody had the time, mostly of late; the planted series always."""
        likely = 1.0 if incident.talked else kinds.PICTURED.get(incident.category, 0.1)
        fresh = self.world.now - incident.received_at < timedelta(days=14)
        if self.scheme.code != "WIC" and not incident.series:
            likely *= 1.0 if fresh else 0.35
        elif fresh:
            likely = min(1.0, likely * 2)
        if incident.withdrawn_at or chance.random() >= likely:
            return
        if incident.series:
            return self.stills_of(incident, ("aisle", "till", "shelf"), chance)
        scenes = kinds.PUB_SCENES if self.pub else kinds.SCENES.get(incident.category, ("street",))
        self.stills_of(incident, scenes, chance)

    def stills_of(self, incident: IncidentFacts, scenes: tuple[str, ...], chance: Random) -> None:
        many = chance.choices((1, 2, 3), (56, 28, 16))[0]
        chosen: list[str] = []
        for scene in chance.choices(scenes, k=many):
            # The one that was shown least, so that a feed does not show one drawing again and again.
            name = min(self.stills[scene], key=lambda one: (self.shown[one], one))
            if name not in chosen:
                self.shown[name] += 1
                chosen.append(name)
        incident.stills = tuple(chosen)
