"""What may follow the first sentence of a report, and the small words in it."""

LEFT = (
    "Left {way}.", "Went {way}.", "Last seen going {way}.", "Headed {way}, not running.", "Off {way}.", "Made off {way}.", "Walked off {way} as if nothing had happened.",
    "Ran {way}.", "{He} went {way}, we did not follow.",
)  # fmt: skip
DETAIL = (
    "{He} had {carry}.", "Had {carry} with {him}.", "Wearing {top_a}, {hat_a}.", "Local accent.", "Did not say a word.", "Kept looking at the door.",
    "Smelled of drink.", "Very calm about it.", "On the phone the whole time.", "Limped on the left side.", "Tattoo on the neck.", "Gloves on.",
    "Spoke to {staff} by name.", "Lookout at the door, we think.", "A car was waiting, silver, did not get the plate.", "Lost a glove by the door.",
    "Had been in earlier in the day.", "Paint on the trousers.", "Very loud laugh.", "Rings on most fingers.", "Bandage on one hand.", "Headphones in.",
)  # fmt: skip
THEFT_DETAIL = (
    "Whoever it is, {habit}.", "Paid no attention to the alarm.", "In and out in three minutes.", "There may have been a second one by the door.",
    "Knew where the cameras are.", "Left the cheaper ones.", "Took only the front row.", "Pulled the tags off first.", "Did it while the queue was longest.",
    "A second person waited outside.",
)  # fmt: skip
STAFF_DID = (
    "Nobody approached {him}.", "Staff kept their distance.", "{Staff} followed to the door only.", "Nobody hurt.", "{Staff} wrote it down straight away.",
    "We did not go after {him}.", "Told the shops on either side.", "Manager knows.", "{Staff} dealt with it.", "{Staff} saw the whole thing.", "Only two of us in at the time.",
)  # fmt: skip
THEFT_STAFF_DID = (
    "{Staff} said hello and got no answer.", "Asked {him} to come back in, {he} laughed.", "Customer service was offered twice.", "{Staff} asked for the receipt, no answer.",
)  # fmt: skip
SHAKEN = (
    "{Staff} is fine, having a sit down.",
    "{Staff} has gone home early.",
    "Everyone is all right.",
    "Tea made, everyone sitting down.",
    "Will need somebody to talk to {staff}.",
)
PROOF = (
    "On camera, clear view of the face.", "Camera is being saved.", "Camera 2 has it from start to end.", "Camera only shows the back.", "CCTV kept.",
    "We have it from the door camera as well.", "Our recorder is down, sorry.", "Stills to follow.", "Can download the clip tonight.", "No camera on that side.",
    "Packaging kept in a bag.", "Have put the basket aside, not touched.", "Receipt kept.", "Body camera was on.",
)  # fmt: skip
KNOWN = (
    "Same as last {weekday}.", "Has been in before, about {ago}.", "Second time this week.", "Not seen here before.", "We know the face, not the name.",
    "Regular, usually {part_of_day}.", "Third time this month.", "Same as the one next door had.", "New to us.",
)  # fmt: skip
ASK = (
    "Please keep an eye out.", "Anyone else had {him}?", "Heading your way, {neighbour}?", "{Neighbour}, worth a look at your camera.", "Ring us if {he} {comes} in.",
    "Would like a statement form.", "Posting so that everyone knows.", "Will report online tonight.", "Reported online.", "Just for information.",
)  # fmt: skip

STAFF = (
    "our supervisor", "one of the team", "a colleague", "the duty manager", "our Saturday lad", "the new starter", "my colleague", "our till colleague",
    "the manager", "one of the part-timers", "our guard", "the assistant manager", "{first}", "{first}", "{first}", "{first}", "{first} on the till", "{first} from the back",
)  # fmt: skip
ALARM = (
    "alarm went at the door",
    "gate bleeped",
    "the alarm sounded",
    "door alarm again",
    "tag alarm went off",
    "alarm at the exit",
)
TAGS = (
    "security tags pulled off and left",
    "cut tags on the floor",
    "hard tags found",
    "three tags prised open",
    "a tag and a broken hanger",
    "magnets and tags left",
    "tags stuffed behind the bin",
)
SMALL = (
    "a bottle of water",
    "a bag of crisps",
    "chewing gum",
    "a meal deal",
    "a card",
    "a pint",
    "a newspaper",
    "one bread roll",
    "a packet of mints",
    "a bag for life",
)
AGE_GOODS = (
    "vapes",
    "cider",
    "vodka",
    "cigarettes",
    "lottery scratch cards",
    "alcopops",
    "a kitchen knife",
    "beer",
    "energy drinks and vapes",
    "fireworks",
    "rum",
    "tobacco",
)
BAGS = (
    "a bag",
    "two carrier bags",
    "a bag for life",
    "the hood of the pushchair",
    "a coat with a torn lining",
    "a sports bag",
    "a rucksack",
)
CARS = (
    "grey hatchback",
    "white van",
    "silver saloon",
    "black estate",
    "blue pick-up",
    "red hatchback",
    "dark SUV",
    "white hatchback",
    "motorbike",
)
AGO = ("a week ago", "ten days ago", "a fortnight ago", "a month ago", "three days ago")
PARTS = (
    "mid morning",
    "around lunch",
    "after school",
    "near closing",
    "on Saturdays",
    "first thing",
    "at the weekend",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
WITHDRAWN = (
    "Sent twice by mistake.", "Paid after all, she came back with the money.", "Found in the stock room, miscounted.", "Wrong premises chosen, sent again.",
    "It was a mystery shopper from head office.", "Mistaken, he is a contractor.", "Pressed by accident.", "Turned out to be a training exercise.",
)  # fmt: skip
ALL_CLEAR = (
    "Gone, doors open again.", "All quiet now.", "Police attended, all calm.", "Left the area.", "Everyone is fine.", "Dealt with by the guard.", "", "", "",
    "Moved on.", "Taken home by family.", "Detained, police have him.",
)  # fmt: skip
