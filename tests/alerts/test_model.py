"""Whatever happens, what each reader got by stream, by poll and by push is what a plain model says: once, and in order.

Random scripts of what people do in two schemes of one district, by the house's own actions, its doors, its hub, its
queue and a real push service. A few of them with each run of the tests, many with `python3 dev.py faults`.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shopalert.alerts.dispatcher import Dispatcher
from shopalert.config import from_environment
from tests.alerts.twice import PEOPLE, Town

LONG = os.environ.get("SHOPALERT_FAULTS") == "long"
SCRIPTS = {"sqlite": 150 if LONG else 4, "postgres": 75 if LONG else 2}  # a script takes some seconds

DEEDS = {
    "report": 4, "say": 6, "sight": 2, "watch": 4, "all_clear": 2, "tell_police": 2, "withdraw": 1, "choose": 2,
    "drop": 3, "come": 3, "deliver": 4, "poll": 2, "push": 3,
    "role": 2, "shut_out": 1, "lift": 1, "remove": 1, "sign_out": 1, "suspend": 1, "restore": 1,
}  # fmt: skip
deeds = st.sampled_from([deed for deed, often in DEEDS.items() for _ in range(often)])
many, few = st.integers(0, 8), st.integers(0, 5)
steps = st.lists(st.tuples(deeds, many, few, few), min_size=15, max_size=50)


@pytest.mark.timeout(900)  # scripts of fifty deeds
def test_what_each_reader_got_is_what_a_plain_model_says(world, push_service, engine):
    own = from_environment({**push_service.settings, "DATA_DIR": str(world.app.config["SHOPALERT"].data_dir)})
    world.app.config["SHOPALERT"] = replace(
        world.app.config["SHOPALERT"], push_allowed_hosts=own.push_allowed_hosts,
        push_allow_private_ips=True, push_ca_file=own.push_ca_file,
    )  # fmt: skip

    dispatcher = Dispatcher(world.app.config["SHOPALERT"])
    seen = Counter()

    @settings(
        max_examples=int(os.environ.get("SHOPALERT_MODEL") or SCRIPTS[engine]),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @example([0] * len(PEOPLE), [("say", 0, 0, 0), ("withdraw", 0, 0, 0), ("push", 0, 0, 0)])
    @given(st.lists(few, min_size=len(PEOPLE), max_size=len(PEOPLE)), steps)
    def holds(wishes, script):
        town = Town(world, push_service, dispatcher)
        try:
            town.begin(wishes)
            for name, *numbers in script:
                getattr(town, name)(*numbers)
            town.finish()
            seen.update(town.counted())
        finally:
            town.close()

    holds()
    told = ", ".join(f"{many} {what}" for what, many in seen.items())
    print(f"\n{told}: as the model says, lost 0, twice 0, astray 0")
