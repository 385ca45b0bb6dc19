"""Who is in an audience: found by groups, and the same as asking each stream."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shopalert.alerts.readers import Readers, Stream

SCHEMES = [uuid.uuid5(uuid.NAMESPACE_URL, name) for name in ("wickford", "southend")]
PEOPLE = [uuid.uuid5(uuid.NAMESPACE_URL, str(number)) for number in range(3)]
INCIDENT = uuid.uuid5(uuid.NAMESPACE_URL, "incident")
AUDIENCES = ["members", "coordinators", "police", "untold", f"thread:{PEOPLE[0]}"]

logs = st.dictionaries(st.sampled_from(SCHEMES), st.frozensets(st.sampled_from(AUDIENCES)))
events: Any = st.builds(
    SimpleNamespace,
    scheme_id=st.sampled_from(SCHEMES),
    audience=st.sampled_from(AUDIENCES[:3] + AUDIENCES[4:]),
    incident_id=st.sampled_from([None, INCIDENT]),
)


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), logs, st.booleans()), max_size=6),
    events,
    st.sampled_from([set(), {INCIDENT}]),
)
def test_groups_say_what_each_stream_says_of_itself(people, event, untold):
    readers, streams = Readers(), []
    for user_id, log, stays in people:
        stream = Stream(user_id, None, log)
        readers.add(stream)
        if stays:
            streams.append(stream)
        else:
            readers.discard(stream)
            readers.discard(stream)
    assert readers.who_may_see(event, untold) == [each for each in streams if each.may_see(event, untold)]
    assert list(readers) == streams
    for person in PEOPLE:
        assert list(readers.of(person)) == [each for each in streams if each.user_id == person]


def test_whoever_has_left_is_kept_nowhere():
    readers = Readers()
    stream = Stream(PEOPLE[0], None, {SCHEMES[0]: frozenset(AUDIENCES)})
    readers.add(stream)
    assert readers.by_audience and readers.by_person
    readers.discard(stream)
    assert not readers.by_audience and not readers.by_person and len(readers) == 0
