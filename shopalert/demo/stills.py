"""The forty pictures of the demonstration: which there are. `drawing.py` draws them when they are loaded."""

from __future__ import annotations

from dataclasses import dataclass

SCENES = (
    "aisle",
    "door",
    "till",
    "shelf",
    "street",
    "back",
    "carpark",
    "window",
    "note",
    "forecourt",
    "van",
    "bar",
)
COUNTS = (5, 5, 5, 3, 5, 3, 3, 2, 2, 2, 2, 3)
CAMERAS = {
    "aisle": "AISLE", "door": "FRONT DOOR", "till": "TILL", "shelf": "REAR AISLE", "street": "STREET", "back": "BACK YARD", "carpark": "CAR PARK",
    "window": "SHOP FRONT", "note": "PHONE", "forecourt": "PUMPS", "van": "LOADING BAY", "bar": "BAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Still:
    """A drawn scene: the camera's name, and the time on the recording's own counter.

    A counter, not a date: one drawing stands under several incidents, and must contradict none of them.
    """

    name: str
    scene: str
    number: int

    @property
    def camera(self) -> str:
        return f"CAM {(self.number * 5 + SCENES.index(self.scene)) % 8 + 1}  {CAMERAS[self.scene]}"

    @property
    def counter(self) -> str:
        seconds = 37 + self.number * 241 + SCENES.index(self.scene) * 97
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


STILLS = tuple(
    Still(f"{scene}-{number + 1}", scene, number)
    for scene, count in zip(SCENES, COUNTS, strict=True)
    for number in range(count)
)
