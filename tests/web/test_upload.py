"""Pictures: chosen, dropped and pasted; what becomes of them, and what is said of what is none."""

import struct
import zlib
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.web.page import SEVEN, clear, draw, probabilities, result, wait_until_ready

ORIENTATION = 0x0112  # EXIF tag: which way is up
PICTURE_SIDE = 1024  # what settings.js allows

# Files as the browser hands them over with an event of that kind.
HAND_OVER = """async ([kind, files, text]) => {
  const transfer = new DataTransfer();
  for (const { name, type, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  if (text) transfer.setData("text/plain", text);
  const options = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { ...options, clipboardData: transfer })
    : new DragEvent(kind, { ...options, dataTransfer: transfer }));
  return document.querySelector("main").dataset.state;
}"""

# The mean darkness of the preview in the pad's four quarters, 0 to 1, and whether all is opaque.
QUARTERS = """(pad) => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const half = pad.width / 2;
    resolve([[0, 0], [half, 0], [0, half], [half, half]].map(([x, y]) => {
      const { data } = pad.getContext("2d").getImageData(x, y, half, half);
      let dark = 0;
      for (let i = 0; i < data.length; i += 4) dark += (255 - data[i]) / 255;
      return dark / (half * half);
    }));
  })))"""

File = dict[str, object]


def seven(size: tuple[int, int] = (280, 280), mode: str = "L") -> Image.Image:
    """A seven as on the pad, dark on light; on nothing where the mode has an alpha channel."""
    paper, ink = (0, (20, 20, 20, 255)) if mode == "RGBA" else (255, 20)
    image = Image.new(mode, (280, 280), paper)
    for stroke in SEVEN:
        ImageDraw.Draw(image).line(stroke, fill=ink, width=20, joint="curve")
    return image.resize(size)


def six() -> Image.Image:
    """A six, which turned upside down is a nine."""
    image = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(image)
    pen.ellipse((95, 140, 185, 240), outline=20, width=20)
    pen.line([(170, 40), (120, 100), (100, 190)], fill=20, width=20, joint="curve")
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def file(name: str, content: bytes, kind: str = "image/png") -> File:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(page: Page, *files: File) -> None:
    page.locator("#upload").set_input_files(list(files))


def hand_over(page: Page, event: str, *files: File, text: str = "") -> str:
    """Drop or paste; the state of the page right after comes back."""
    given = [
        {"name": f["name"], "type": f["mimeType"], "base64": b64encode(f["buffer"]).decode()}
        for f in files
    ]
    return page.evaluate(HAND_OVER, [event, given, text])


def caption(page: Page):
    return page.locator("#caption")


def fault(page: Page):
    """Where the page says what is wrong with a file."""
    return page.locator("#fault")


def expect_reading(page: Page, name: str, digit: int) -> None:
    expect(caption(page)).to_have_text(name)
    wait_until_ready(page)
    expect(result(page)).to_contain_text(str(digit))


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is of that size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rows + chunk(b"IEND", b"")


# The three ways in


def test_a_chosen_picture_is_read(ready_app: Page) -> None:
    with ready_app.expect_file_chooser() as chooser:
        ready_app.get_by_text("Picture…").click()
    chooser.value.set_files([file("seven.png", encoded(seven()))])
    expect_reading(ready_app, "seven.png", 7)


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_dropped_or_pasted_is_read(ready_app: Page, event: str) -> None:
    assert hand_over(ready_app, event, file("seven.png", encoded(seven()))) == "busy"
    expect_reading(ready_app, "seven.png", 7)


def test_the_same_file_can_be_chosen_twice(ready_app: Page) -> None:
    picture = file("seven.png", encoded(seven()))
    choose(ready_app, picture)
    expect_reading(ready_app, "seven.png", 7)
    # A browser tells of a change only, so nothing may be left chosen.
    expect(ready_app.locator("#upload")).to_have_value("")
    clear(ready_app)
    expect(caption(ready_app)).to_be_hidden()
    choose(ready_app, picture)
    expect_reading(ready_app, "seven.png", 7)


def test_a_picture_that_came_while_python_was_loading_is_answered(app: Page) -> None:
    choose(app, file("seven.png", encoded(seven())))
    expect_reading(app, "seven.png", 7)


# What is shown and read


def test_the_preview_shows_the_whole_picture(ready_app: Page) -> None:
    picture = Image.new("L", (400, 200), 255)
    picture.paste(0, (0, 0, 200, 200))
    choose(ready_app, file("wide.png", encoded(picture)))
    expect(caption(ready_app)).to_have_text("wide.png")
    # The left half of the picture is black: half of each left quarter, the rest being paper.
    quarters = ready_app.locator("#pad").evaluate(QUARTERS)
    pad_itself = ready_app.locator("#pad").evaluate(
        "(pad) => [10, 269].map((y) => pad.getContext('2d').getImageData(140, y, 1, 1).data[3])"
    )
    assert pad_itself == [0, 0]
    assert quarters[0] > quarters[1] + 0.4
    assert quarters[2] > quarters[3] + 0.4


@pytest.mark.parametrize(("orientation", "turn"), [(3, 180), (6, 90), (8, 270)])
def test_a_photograph_is_turned_as_its_exif_says(
    ready_app: Page, orientation: int, turn: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = six().rotate(turn, expand=True)
    choose(ready_app, file("p.jpg", encoded(turned, "JPEG", exif=exif, quality=95), "image/jpeg"))
    expect_reading(ready_app, "p.jpg", 6)


def test_a_photograph_that_is_wide_before_it_is_turned_is_shown_upright(ready_app: Page) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = Image.new("L", (200, 100), 0)
    jpeg = encoded(lying, "JPEG", exif=exif)
    choose(ready_app, file("lying.jpg", jpeg, "image/jpeg"))
    expect(caption(ready_app)).to_have_text("lying.jpg")
    ready_app.locator("#pad").evaluate(QUARTERS)  # waits until it is painted
    alpha = "(pad) => [[140, 20], [20, 140]].map(([x, y]) => pad.getContext('2d')" + (
        ".getImageData(x, y, 1, 1).data[3])"
    )
    assert ready_app.locator("#pad").evaluate(alpha) == [255, 0]
    wait_until_ready(ready_app)


def test_a_transparent_picture_is_ink_on_white(ready_app: Page) -> None:
    ready_app.emulate_media(color_scheme="dark")
    choose(ready_app, file("ink.png", encoded(seven(mode="RGBA"))))
    expect_reading(ready_app, "ink.png", 7)
    corner = "(pad) => [...pad.getContext('2d').getImageData(5, 5, 1, 1).data]"
    assert ready_app.locator("#pad").evaluate(corner) == [255, 255, 255, 255]
    ready_app.emulate_media(color_scheme="light")


def test_a_drawing_as_svg_is_read(ready_app: Page) -> None:
    points = " ".join(f"{x},{y}" for x, y in SEVEN[0])
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 280 280">'
        "<script>parent.hacked = window.hacked = true</script>"
        f'<polyline points="{points}" fill="none" stroke="black" stroke-width="20"/></svg>'
    )
    choose(ready_app, file("seven.svg", svg.encode(), "image/svg+xml"))
    expect_reading(ready_app, "seven.svg", 7)
    assert ready_app.evaluate("window.hacked") is None


def test_a_large_photograph_is_scaled_down_before_it_is_read(ready_app: Page) -> None:
    photograph = encoded(seven((4000, 3000)), "JPEG")
    size = """async (base64) => {
      const { openPicture, readPixels } = await import("inkling/picture.js");
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const picture = await openPicture(new File([bytes], "p.jpg", { type: "image/jpeg" }));
      const { rgba, width, height } = readPixels(picture);
      return [rgba.length, width, height];
    }"""
    width, height = PICTURE_SIDE, PICTURE_SIDE * 3 // 4
    assert ready_app.evaluate(size, b64encode(photograph).decode()) == [
        4 * width * height,
        width,
        height,
    ]
    choose(ready_app, file("p.jpg", photograph, "image/jpeg"))
    expect_reading(ready_app, "p.jpg", 7)


def test_a_name_is_never_markup(ready_app: Page) -> None:
    name = "<img src=x onerror=alert(1)>.png"
    hand_over(ready_app, "drop", file(name, encoded(seven())))
    expect_reading(ready_app, name, 7)


# Pictures and strokes


def test_undo_brings_back_what_a_picture_replaced_and_the_picture(ready_app: Page) -> None:
    undo = ready_app.get_by_role("button", name="Undo")
    draw(ready_app, SEVEN)
    choose(ready_app, file("six.png", encoded(six())))
    expect_reading(ready_app, "six.png", 6)
    draw(ready_app, SEVEN)
    expect(caption(ready_app)).to_be_hidden()
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_contain_text("7")
    undo.click()
    expect_reading(ready_app, "six.png", 6)
    undo.click()
    expect(caption(ready_app)).to_be_hidden()
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_contain_text("7")


def test_a_stroke_begun_while_a_picture_is_decoded_wins(ready_app: Page) -> None:
    hold = """() => {
      const real = createImageBitmap;
      globalThis.createImageBitmap = (...given) => new Promise((resolve) => {
        globalThis.release = () => {
          globalThis.createImageBitmap = real;
          resolve(real(...given));
        };
      });
    }"""
    ready_app.evaluate(hold)
    hand_over(ready_app, "drop", file("six.png", encoded(six())))
    ready_app.wait_for_function("() => Boolean(globalThis.release)")
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    ready_app.evaluate("release()")
    # Another picture comes and goes, so the first one has had its chance.
    choose(ready_app, file("other.png", encoded(six())))
    expect_reading(ready_app, "other.png", 6)
    ready_app.get_by_role("button", name="Undo").click()
    expect(caption(ready_app)).to_be_hidden()
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_contain_text("7")


# What is no picture


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (file("empty.png", b""), ["“empty.png”", "empty"]),
        (file("notes.png", b"dear diary"), ["“notes.png”", "cannot be opened"]),
        (file("cut.jpg", encoded(six(), "JPEG")[:60], "image/jpeg"), ["cannot be opened"]),
        (file("notes.txt", b"dear diary", "text/plain"), ["“notes.txt”", "not a picture"]),
        (file("notes", b"dear diary", ""), ["“notes”", "cannot be opened"]),
        (file("bomb.png", png_header(50_000, 50_000)), ["“bomb.png”"]),
        (file("large.png", png_header(12_000, 12_000)), ["64 million pixels"]),
    ],
    ids=["empty", "text named png", "cut off", "text", "no type", "bomb", "large"],
)
def test_what_is_no_picture_gets_a_sentence_and_changes_nothing(
    ready_app: Page, given: File, words: list[str]
) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    before = probabilities(ready_app)
    hand_over(ready_app, "drop", given)
    for word in words:
        expect(ready_app.get_by_role("alert")).to_contain_text(word)
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_have_text("It looks like a 7")
    assert probabilities(ready_app) == before
    ready_app.get_by_role("button", name="Undo").click()
    expect(fault(ready_app)).to_be_hidden()
    wait_until_ready(ready_app)


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_several_files_and_no_file_get_a_sentence(ready_app: Page, event: str) -> None:
    picture = file("seven.png", encoded(seven()))
    hand_over(ready_app, event, picture, picture)
    expect(fault(ready_app)).to_have_text("One picture at a time, please.")
    hand_over(ready_app, event, text="https://example.org/seven.png")
    expect(fault(ready_app)).to_contain_text("no picture")
    expect(caption(ready_app)).to_be_hidden()
    clear(ready_app)


def test_a_good_picture_takes_the_complaint_away(ready_app: Page) -> None:
    choose(ready_app, file("notes.png", b"dear diary"))
    expect(fault(ready_app)).to_contain_text("cannot be opened")
    choose(ready_app, file("seven.png", encoded(seven())))
    expect_reading(ready_app, "seven.png", 7)
    expect(fault(ready_app)).to_be_hidden()
