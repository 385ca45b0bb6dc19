"""The parts that the guides are made of: a heading, a picture of the screen, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

PICTURE = (360, 528)  # of each picture, in pixels: the upper part of a small phone


@dataclass(frozen=True)
class Part:
    title: Any
    lines: tuple[Any, ...]
    picture: str = ""  # static/help/<picture>.webp, made by `dev.py screenshots`
    shows: Any = ""  # what is on it, for whoever does not see it


PARTS = {
    "report": Part(
        _l("Report"),
        (
            _l("Press Report, tap the kind of incident, press Send. That is enough."),
            _l("“Happening now” warns the others at once; tell the rest afterwards."),
            _l("Photos lose their place and camera data before anybody sees them."),
            _l("Say what people did and what they wore. Do not guess who they are."),
        ),
        "report",
        _l("The report’s page on a phone: tiles with kinds of incident, and the Send button."),
    ),
    "after": Part(
        _l("After you have sent it"),
        (
            _l("The page shows how many people it was sent to, and how many have opened it."),
            _l("For 24 hours you can change it. Every version is kept."),
            _l("“All clear” says that it is over; Withdraw takes a mistake off every screen."),
        ),
        "sent",
        _l("An incident’s page on a phone, with what was reported and the buttons below it."),
    ),
    "feed": Part(
        _l("Read what happens"),
        (
            _l("The newest stands on top. New reports come by themselves, without a refresh."),
            _l("A dot at the top says whether the page is live. Search finds what was reported before."),
            _l("A report is no verdict: treat nobody worse because of what you read."),
        ),
        "feed",
        _l("A scheme’s feed on a phone: cards with kind, place and time of each incident."),
    ),
    "seen": Part(
        _l("They come to you: Seen here"),
        (
            _l("Open the incident and tap “Seen here”. Time and your premises are filled in."),
            _l("Everybody sees the trail through the town. Never follow or stop anybody because of it."),
        ),
        "seen",
        _l("An incident that is happening now, with the Seen here button."),
    ),
    "chat": Part(
        _l("Talk about an incident"),
        (
            _l("Below each incident is a chat: members of the scheme and police read it."),
            _l("What police write stands out. If they ask for pictures, answer there."),
            _l("Follow an incident to hear of each answer; mute it to hear of none."),
        ),
        "chat",
        _l("The chat below an incident, with a message from the police."),
    ),
    "help": Part(
        _l("I need help, and are you safe"),
        (
            _l("“I need help” takes two taps; your shop is filled in. Somebody in danger? Call 999 first."),
            _l("Responders and your colleagues are alerted at any hour. You see who is coming."),
            _l("In a roll call you are asked “Are you safe?”. One tap answers."),
            _l("The day after violence you are asked how you are. Only coordinators and your lead read it."),
        ),
    ),
    "told": Part(
        _l("Advice and warnings"),
        (
            _l(
                "Advice, in the bar, holds what police and your coordinator tell the town. Its number is unread."
            ),
            _l("A warning stands on top of the feed until its end, and goes by itself."),
            _l("Search finds it by its words. A reply goes to its author alone."),
        ),
    ),
    "looking": Part(
        _l("Do you know? And a missing person"),
        (
            _l("Answer an appeal with what you know. Only police, coordinators and you read the answer."),
            _l("Somebody is missing: look out, tap “Seen here”, and ring the number that stands there."),
            _l("When they are found the notice goes from every screen, and nobody reads of them any more."),
        ),
    ),
    "advised": Part(
        _l("Advice for my business"),
        (
            _l("More, Advice against crime: short pieces in plain words, to read and to print."),
            _l(
                "“Advice for us” holds what was sent to your shop. Tick what is done; your colleagues see it."
            ),
            _l("Say what kind of premises you are: then you get what fits."),
        ),
    ),
    "telling": Part(
        _l("Tell the town something"),
        (
            _l("Advice, “Tell the town something”: first what it is, then to whom. A warning needs an end."),
            _l("Correct it, and all see the new words. Recall it, and it leaves every screen and phone."),
            _l("You see who has read it and can remind the others. Replies come to you alone."),
            _l("Found a missing person? “All clear” on the notice ends it everywhere."),
        ),
    ),
    "advising": Part(
        _l("Advice for one business"),
        (
            _l(
                "An incident says what helps against it, and why. Send it to the business with a line of yours."
            ),
            _l("You are told when all is done, and asked to look after it on the day that you chose."),
            _l("Sent to the wrong shop? Open it and take it back: the shop no longer sees it."),
        ),
    ),
    "sharing": Part(
        _l("Share with other schemes"),
        (
            _l("On an incident or bulletin: “Share with other schemes”, with the reason and until when."),
            _l("They see the report and its pictures. The chat and names stay here."),
            _l("Both sides see that it is shared. End it, and it is gone there at once."),
        ),
    ),
    "caring": Part(
        _l("Look after people"),
        (
            _l("Under More, choose who is called when somebody presses “I need help”."),
            _l("A roll call asks everybody “Are you safe?”. You see at once who has not answered."),
            _l("Answers on the day after violence come to you and to the person’s lead, to nobody else."),
        ),
    ),
    "police": Part(
        _l("To the police, and what came of it"),
        (
            _l(
                "“Report to the police” says what they still need, and has the report ready to copy into their form."
            ),
            _l("Put their number on the incident. Any number is taken; an odd one is marked."),
            _l("Progress and outcome come back as lines in the chat, each with an alert to who reported it."),
            _l("“What came of it”, under More, counts how much was answered, and how soon."),
        ),
    ),
    "alerts": Part(
        _l("Alerts on your phone"),
        (
            _l("Turn them on under Alerts. On an iPhone, put ShopAlert on the Home Screen first."),
            _l("“Will alerts reach me?” tests this device up to a real alert and says what to do."),
            _l("The lock screen shows the kind of incident at most, never a person."),
        ),
        "check",
        _l("The page “Will alerts reach me?” with its tests."),
    ),
    "wakes": Part(
        _l("What wakes you"),
        (
            _l("Under Alerts, for each scheme: what rings in which hours, how far around, which kinds."),
            _l("A sentence says what your choice does, and the last incidents are tried on it."),
            _l("Rather by mail? At once, once a day, or the week on Monday."),
        ),
        "wakes",
        _l("The page on which one chooses what rings, with the sentence that explains it."),
    ),
    "install": Part(
        _l("On your Home Screen"),
        (
            _l("More, then “Put it on your Home Screen”: drawn steps for your kind of phone."),
            _l("No app store, nothing to download. It opens with one tap."),
        ),
    ),
    "practice": Part(
        _l("Practise"),
        (
            _l("Tick “This is practice” on a report: it says so on every screen and in every alert."),
            _l("Practice counts in no figure. Tell the others beforehand all the same."),
        ),
    ),
    "invite": Part(
        _l("Invite people"),
        (
            _l("Members, Invite people: one person by letter and link, or a poster for a meeting."),
            _l("A list from a spreadsheet is tried first: you see each row’s fate before a letter leaves."),
            _l("Links end after three days. Withdraw one at any time."),
        ),
        "invite",
        _l("An invitation with its code for a phone’s camera."),
    ),
    "members": Part(
        _l("Who is in"),
        (
            _l("Whoever waits stands on top of the members’ page. Let in only whom you know."),
            _l("Role, premises and employer can be changed. Suspending and removing hold from that second."),
            _l("End somebody’s sessions when a phone is lost."),
        ),
        "members",
        _l("The members’ page: one who waits, with the buttons to let them in or not."),
    ),
    "agreement": Part(
        _l("The data-sharing agreement"),
        (
            _l("Everybody accepts it as they join. Yours to change: a new version is read by all."),
            _l("Who has not accepted is shown it first for 14 days; then the scheme is closed to them."),
        ),
    ),
    "settings": Part(
        _l("How the scheme is set"),
        (
            _l("More, Settings: each choice says in words what it does."),
            _l("Members read what is set, and what was changed when."),
            _l("Hide kinds of incident that you do not have; add your own."),
        ),
        "settings",
        _l("The settings of a scheme, with the effect of each choice beside it."),
    ),
    "desk": Part(
        _l("Your desk"),
        (
            _l("All schemes of your districts: those with something happening now come first."),
            _l("Open a scheme for its feed, or an incident for all that was said about it."),
            _l("Some schemes show police only what was reported to police: that is theirs to choose."),
        ),
        "desk",
        _l("The desk on a phone: schemes with the number of incidents of the last 24 hours."),
    ),
    "locked": Part(
        _l("On a force’s computer"),
        (
            _l("Nothing has to be installed. Without scripts, pages refresh themselves every minute."),
            _l("Where a proxy holds back the live stream, the page notices and asks every few seconds."),
            _l("Sessions of officers end after 12 hours."),
        ),
    ),
    "operating": Part(
        _l("Set up, and keep an eye on it"),
        (
            _l("The operator’s room shows what is still missing, with what to do about it."),
            _l("Districts can be renamed and merged; each scheme has a code of its own."),
            _l("Give each scheme a coordinator. You see who belongs where, and nothing that is reported."),
        ),
        "operating",
        _l("The operator’s room: what is still missing, districts, schemes, people."),
    ),
    "people": Part(
        _l("Officers and others"),
        (
            _l("An officer reads the schemes of their districts. Moved, they lose the old ones that second."),
            _l("You may let an officer write to the whole force. They read no more by it."),
            _l("Suspending takes sessions, open screens and waiting alerts at once."),
        ),
    ),
    "backup": Part(
        _l("Back up, and keep the keys"),
        (
            _l(
                "Back up every night to another machine, and keep the keys apart: without them no picture opens."
            ),
            _l("“doctor” on the command line says what the health page says."),
        ),
    ),
}
