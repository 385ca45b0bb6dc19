"""The pictures of the help are there, are those that are named, and weigh little."""

from PIL import Image

from shopalert.assets import STATIC
from shopalert.help.parts import PARTS, PICTURE
from tests.browse import Browser

LIGHT = 20_000  # bytes of one picture


def test_each_picture_is_there_small_and_shown():
    wanted = {part.picture for part in PARTS.values() if part.picture}
    files = {path.stem: path for path in (STATIC / "help").glob("*.webp")}
    assert wanted and set(files) == wanted
    for path in files.values():
        assert path.stat().st_size <= LIGHT, f"{path.name}: {path.stat().st_size} bytes"
        assert Image.open(path).size == PICTURE


def test_they_are_served_and_say_what_they_show(world):
    page = Browser(world.client()).get("/help/shop")
    pictures = [each for each in page.all("img") if "/help/" in each.get("src")]
    assert len(pictures) >= 4
    for each in pictures:
        answer = world.client().get(each.get("src"))
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert each.get("alt") and each.get("loading") == "lazy"
