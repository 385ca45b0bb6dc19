"""How somebody who was added gets in: shown once, to the operator who added them."""

from __future__ import annotations

from flask import Response

from shopalert.accounts import passwords
from shopalert.operating import people
from shopalert.operating.people import Person
from shopalert.pages import page
from shopalert.schemes.viewer import the_viewer


def welcome(verb: str, person: Person) -> Response:
    """Add them, and show once how they get in."""
    password = passwords.generate()
    user, new = people.add(the_viewer(), verb, person, passwords.hash_password(password), known_too=True)
    return page("operating/welcome.html", user=user, new=new, password=password if new else "")
