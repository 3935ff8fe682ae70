"""Colours, sizes and type of the window: one set of tokens, light, dark and in high contrast."""

from __future__ import annotations

from attrs import frozen
from PySide6.QtGui import QColor, QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

SYSTEM, LIGHT, DARK, CONTRAST = "system", "light", "dark", "contrast"
RHYTHM = 8
RADIUS = 8


@frozen
class Tokens:
    """The colours of one theme. Greys carry the interface; saturated colour belongs to data."""

    name: str
    ink: str          # the one primary button, checked boxes
    on_ink: str
    ink_hover: str
    text: str
    quiet: str        # second voice: captions, counts, units
    line: str
    ground: str       # behind everything
    surface: str      # panels, tables, cards
    raised: str       # key figures, headers, the strips at top and bottom
    hover: str
    selected: str
    control: str      # outline of boxes, sliders and fields: 3:1 on the surface
    focus: str
    good: str
    on_good: str
    caution: str
    on_caution: str
    bad: str
    on_bad: str
    bar: str          # need bars and the chart: the strong end of the need ramp
    bar_track: str
    shadow: str


LIGHT_TOKENS = Tokens(
    name=LIGHT, ink="#26323F", on_ink="#FFFFFF", ink_hover="#36475A", text="#1F2933", quiet="#5F6B77",
    line="#DDE2E8", ground="#EEF1F4", surface="#FFFFFF", raised="#F6F8FA", hover="#F0F3F6", selected="#E5F0FA",
    control="#8593A1", focus="#3A6EA5", good="#DFF1E7", on_good="#1B6640", caution="#FFF3D6", on_caution="#6E4E00",
    bad="#FBE7EA", on_bad="#97182F", bar="#756BB1", bar_track="#E6E4F0", shadow="#26323F",
)
DARK_TOKENS = Tokens(
    name=DARK, ink="#E4E9EE", on_ink="#151B22", ink_hover="#FFFFFF", text="#E4E9EE", quiet="#9FACB9",
    line="#323D49", ground="#12171D", surface="#1A2129", raised="#212A34", hover="#27313C", selected="#233A52",
    control="#6E7C8A", focus="#7FB2E5", good="#1C3A2A", on_good="#8FDDB0", caution="#41340F", on_caution="#F3D07A",
    bad="#46202A", on_bad="#FFB3C0", bar="#9E94D8", bar_track="#343A52", shadow="#000000",
)

CONTRAST_TOKENS = Tokens(
    name=CONTRAST, ink="#000000", on_ink="#FFFFFF", ink_hover="#2B2B2B", text="#000000", quiet="#333333",
    line="#6B6B6B", ground="#FFFFFF", surface="#FFFFFF", raised="#F4F4F4", hover="#E9E9E9", selected="#D3E6FF",
    control="#000000", focus="#0040A8", good="#E2F6E8", on_good="#00401C", caution="#FFF2B8", on_caution="#402C00",
    bad="#FFE3E7", on_bad="#7A0016", bar="#3F2F8F", bar_track="#D9D9D9", shadow="#000000",
)
TOKENS = {LIGHT: LIGHT_TOKENS, DARK: DARK_TOKENS, CONTRAST: CONTRAST_TOKENS}
TEXT_LEAST, TEXT_LEAST_OF = 4.5, {CONTRAST: 7.0}  # contrast of text: everywhere, and in the theme that is made for it

# Every pair of text on a background that the window uses; tests hold each to 4.5 : 1, in high contrast to 7 : 1.
TEXT_PAIRS = (
    ("text", "surface"), ("text", "ground"), ("text", "raised"), ("text", "hover"), ("text", "selected"),
    ("quiet", "surface"), ("quiet", "raised"), ("quiet", "hover"), ("quiet", "selected"), ("quiet", "ground"),
    ("on_ink", "ink"), ("on_ink", "ink_hover"), ("on_good", "good"), ("on_caution", "caution"), ("on_bad", "bad"),
    ("text", "caution"), ("text", "bad"),
)
# Pairs that must be told apart without reading; 3 : 1.
SYMBOL_PAIRS = (("control", "surface"), ("focus", "surface"), ("focus", "raised"), ("ink", "surface"), ("bar", "surface"))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1 relative luminance).

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@frozen
class Look:
    """A theme at a text size: what painters and style sheets ask for colours and lengths."""

    tokens: Tokens = LIGHT_TOKENS
    scale: float = 1.0
    families: tuple[str, ...] = ()

    def px(self, length: float) -> int:
        """A length in device-independent pixels at the chosen text size."""
        return max(1, round(length * self.scale))

    def colour(self, token: str) -> QColor:
        return QColor(getattr(self.tokens, token))

    def font(self, px: float = 12.5, weight: int = 400, *, tabular: bool = False) -> QFont:
        font = QFont(QApplication.font())
        font.setFamilies(list(self.families) or font.families())
        font.setPointSizeF(points(px * self.scale))
        font.setWeight(QFont.Weight(weight))
        if tabular:
            _tabular(font)
        return font


def _tabular(font: QFont) -> None:
    """Figures of equal width, where this Qt can ask the font for them."""
    if hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag("tnum"), 1)


def points(px: float) -> float:
    """Points that show as this many pixels at 100 %."""
    screen = QGuiApplication.primaryScreen()
    return px * 72.0 / (screen.logicalDotsPerInch() if screen else 96.0)
