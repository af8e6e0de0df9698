"""Pages as a person has seen them: kept pictures, and how far a page is from its own.

A picture is kept small, and compared smaller still, so that another version of the
browser or of a font passes and a page that lost its style, its map or half its parts
does not. What is new is laid beside the kept ones as NAME.new.png: look at it, and if
it is right, rename it to NAME.png.
"""

import io
import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "seen"
_KEPT = (640, 450)
_COMPARED = (64, 45)
# Of 255, averaged over the page; a page without its style differs by 20 and more.
_MOST = 10.0
_DATES = r"/\d{1,2} [A-Z][a-z]+ 20\d\d(, \d\d:\d\d(:\d\d)?)?/g"


def difference(page: Page, name: str) -> str | None:
    """What is to be done where the page is not as it was seen; None where it is."""
    picture = _taken(page)
    path = FOLDER / f"{_named(name)}.png"
    if not path.exists():
        return _laid_beside(picture, path, "nobody has seen it yet")
    with Image.open(path) as kept:
        far = float(np.abs(_small(kept) - _small(picture)).mean())
    if far > _MOST:
        return _laid_beside(picture, path, f"differs by {far:.1f} of 255")
    return None


def _taken(page: Page) -> Image.Image:
    """The top of the page, its map drawn and its dates all one."""
    if page.locator("[data-source], [data-points], [data-pick]").count():
        page.wait_for_function("() => window.__ready === true")
    page.evaluate(
        "() => { const texts = document.createTreeWalker(document.body, 4);"
        " while (texts.nextNode()) { const text = texts.currentNode;"
        f" text.data = text.data.replace({_DATES}, '1 January 2026'); }} }}"
    )
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return image.resize(_KEPT, Image.Resampling.LANCZOS)


def _small(image: Image.Image) -> np.ndarray:
    grey = image.convert("L").resize(_COMPARED, Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float64)


def _named(route: str) -> str:
    return re.sub(r"\W+", "-", route).strip("-") or "home"


def _laid_beside(picture: Image.Image, path: Path, why: str) -> str:
    new = path.with_suffix(".new.png")
    FOLDER.mkdir(exist_ok=True)
    picture.quantize(64).save(new, optimize=True)
    return f"{why}: look at {new.name}"
