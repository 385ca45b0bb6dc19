"""What else is asked for one kind of incident: data. An answer is kept under its question's code."""

from __future__ import annotations

from dataclasses import dataclass

from shopalert.incidents.description import Choices
from shopalert.incidents.vocabulary import N_


@dataclass(frozen=True, slots=True)
class Question:
    """One question; without choices it is answered in words."""

    code: str
    label: str
    choices: Choices = ()
    hint: str = ""


HOW = N_("How was it done?")
WHAT = N_("What was it?")

QUESTIONS: dict[str, tuple[Question, ...]] = {
    "shop_theft": (
        Question("how", HOW, (
            ("concealed", N_("Hidden in clothing or a bag")), ("walked_out", N_("Walked out with it")), ("trolley", N_("Pushed a trolley out")),
            ("lined_bag", N_("Foil-lined bag")), ("tags", N_("Tags taken off")), ("self_checkout", N_("At the self-checkout")),
            ("distraction", N_("Staff were distracted")), ("price_switch", N_("Price switched")))),
    ),
    "shop_theft_attempt": (
        Question("stopped_by", N_("What stopped it?"), (
            ("greeted", N_("Staff spoke to them")), ("guard", N_("A guard")), ("alarm", N_("Tag or alarm")), ("returned", N_("Goods handed back")),
            ("left", N_("They left by themselves")))),
    ),
    "threats_abuse": (
        Question("how", N_("Where was it said?"), (
            ("in_person", N_("To our face")), ("phone", N_("By telephone")), ("online", N_("Online")))),
        Question("after", N_("What set it off?"), (
            ("theft", N_("A theft was challenged")), ("age", N_("A sale was refused for age")), ("drunk", N_("A sale was refused for drink")),
            ("queue", N_("Waiting or a complaint")), ("nothing", N_("Nothing that we know of")))),
    ),
    "violence_worker": (
        Question("how", HOW, (
            ("pushed", N_("Pushed or grabbed")), ("hit", N_("Hit or kicked")), ("thrown", N_("Something was thrown")), ("spat", N_("Spat at")),
            ("weapon", N_("With a weapon")))),
        Question("after", N_("What set it off?"), (
            ("theft", N_("A theft was challenged")), ("age", N_("A sale was refused for age")), ("drunk", N_("A sale was refused for drink")),
            ("queue", N_("Waiting or a complaint")), ("nothing", N_("Nothing that we know of")))),
    ),
    "suspicious": (
        Question("conduct", N_("What did they do?"), (
            ("cameras", N_("Looked for cameras or exits")), ("alarms", N_("Tried alarms or locks")), ("questions", N_("Asked about staff or hours")),
            ("followed", N_("Followed somebody")), ("waited", N_("Waited after closing")), ("filled", N_("Filled a bag, then left it"))),
            N_("Conduct, never looks.")),
    ),
    "asb": (
        Question("what", WHAT, (
            ("group", N_("A group in the way")), ("noise", N_("Shouting or noise")), ("fighting", N_("Fighting")), ("riding", N_("Riding inside or on the pavement")),
            ("fireworks", N_("Fireworks or fire")), ("litter", N_("Litter or mess")))),
    ),
    "order_breach": (
        Question("order", N_("What was broken?"), (
            ("exclusion", N_("An exclusion of the scheme")), ("ban", N_("A Pubwatch ban")), ("court", N_("A court order")), ("bail", N_("Bail conditions")),
            ("dispersal", N_("A dispersal order")))),
    ),
    "fraud": (
        Question("how", HOW, (
            ("card", N_("Card")), ("refund", N_("Refund")), ("gift_card", N_("Gift card or voucher")), ("transfer", N_("A transfer that never came")),
            ("phone", N_("A telephone call")), ("impostor", N_("Somebody pretended to be official")), ("ringing", N_("Change was talked away")))),
    ),
    "drugs_alcohol": (
        Question("what", WHAT, (
            ("use", N_("Using drugs")), ("dealing", N_("Dealing")), ("drunk", N_("Drunk")), ("spiking", N_("A drink may have been spiked")))),
    ),
    "age_sale": (
        Question("product", N_("Which product?"), (
            ("alcohol", N_("Alcohol")), ("vapes", N_("Vapes")), ("tobacco", N_("Tobacco")), ("knives", N_("Knives")), ("lottery", N_("Lottery")),
            ("fireworks", N_("Fireworks")), ("corrosives", N_("Acid or solvents")))),
        Question("asked", N_("Who asked for it?"), (
            ("young", N_("Looked under age")), ("proxy", N_("An adult, for somebody younger")))),
    ),
    "damage": (
        Question("what", N_("What was damaged?"), (
            ("window", N_("Window")), ("door", N_("Door or shutter")), ("graffiti", N_("Graffiti")), ("stock", N_("Stock")), ("toilet", N_("Toilet")),
            ("vehicle", N_("Vehicle")), ("fire", N_("Set on fire")))),
    ),
    "counterfeit": (
        Question("note", N_("Which note or coin?"), (
            ("5", N_("£5 note")), ("10", N_("£10 note")), ("20", N_("£20 note")), ("50", N_("£50 note")), ("coin", N_("Coin")), ("foreign", N_("Foreign money")))),
        Question("serial", N_("First letters of the serial number"), hint=N_("Such as EK41. The same letters come in batches.")),
        Question("kept", N_("Where is it now?"), (
            ("kept", N_("We have it")), ("taken_back", N_("They took it back")), ("bank", N_("The bank has it")))),
    ),
    "make_off": (
        Question("of", N_("Without paying for what?"), (
            ("fuel", N_("Fuel")), ("meal", N_("Meal or drinks")), ("taxi", N_("Taxi")), ("room", N_("Room")), ("service", N_("A service")))),
        Question("pump", N_("Pump or table")),
    ),
    "burglary": (
        Question("entry", N_("How did they get in?"), (
            ("front", N_("Front door")), ("rear", N_("Back door")), ("window", N_("Window")), ("roof", N_("Roof")), ("shutter", N_("Shutter")),
            ("hid", N_("Hid inside until closing")), ("not_in", N_("They did not get in")))),
    ),
    "theft_person": (
        Question("how", HOW, (
            ("bag", N_("From a bag or trolley")), ("pocket", N_("From a pocket")), ("phone", N_("A telephone was snatched")),
            ("staff_room", N_("From the staff room")), ("distraction", N_("Somebody distracted them")))),
    ),
    "robbery": (
        Question("target", N_("What did they want?"), (
            ("till", N_("The till or safe")), ("goods", N_("Goods")), ("transit", N_("Cash on its way")), ("own", N_("Somebody’s own things")))),
    ),
    "weapon": (
        Question("kind", N_("Which weapon?"), (
            ("knife", N_("Knife or blade")), ("glass", N_("Bottle or glass")), ("tool", N_("Hammer or tool")), ("needle", N_("Needle")),
            ("liquid", N_("A liquid")), ("gun", N_("Gun, or looked like one")))),
        Question("shown", N_("What was done with it?"), (
            ("seen", N_("Only seen")), ("shown", N_("Shown to threaten")), ("used", N_("Used")))),
    ),
    "vehicle": (
        Question("what", WHAT, (
            ("from", N_("Stolen from a vehicle")), ("of", N_("A vehicle was stolen")), ("delivery", N_("A delivery was stolen")),
            ("harm", N_("A vehicle was damaged")))),
    ),
    "welfare": (
        Question("what", N_("What is the worry?"), (
            ("missing", N_("Missing")), ("lost", N_("Lost or confused")), ("needs_help", N_("Needs help now")))),
    ),
}  # fmt: skip
