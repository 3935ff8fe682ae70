"""The style sheet of the window, written from the tokens."""

from __future__ import annotations

from string import Template

import attrs

from ecomap.model.assets import resources_dir
from ecomap.ui.look.tokens import DARK, LIGHT, RADIUS, Look, points

_SHEET = Template("""
QWidget { color: $text; font-size: ${f13}pt; }
QMainWindow, QWidget#ground { background: $ground; }
QWidget#surface, QScrollArea#surface, QScrollArea#surface > QWidget > QWidget { background: $surface; }
QWidget#strip, QWidget#foot { background: $raised; }
QWidget#strip { border-bottom: 1px solid $line; }
QWidget#foot { border-top: 1px solid $line; }
QDialog { background: $surface; }
QToolTip { background: $ink; color: $on_ink; border: 0; padding: ${p4}px ${p8}px; font-size: ${f12}pt; }

QMenuBar { background: $raised; padding: 0 ${p6}px; border-bottom: 1px solid $line; }
QMenuBar::item { padding: ${p6}px ${p10}px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $line; }
QMenu { background: $surface; border: 1px solid $line; padding: ${p6}px; }
QMenu::item { padding: ${p6}px ${p28}px ${p6}px ${p12}px; border-radius: 5px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $control; }
QLabel[voice="menu"] { color: $text; font-weight: 600; padding: ${p6}px ${p12}px; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: ${p6}px ${p8}px; }
QMenu::indicator { width: ${p14}px; height: ${p14}px; padding-left: ${p6}px; }

QLabel { background: transparent; }
QLabel[voice="title"] { font-size: ${f15}pt; font-weight: 600; }
QLabel[voice="quiet"] { color: $quiet; font-size: ${f12}pt; }
QLabel[voice="foot"] { font-size: ${f12}pt; }
QLabel[voice="heading"] { color: $quiet; font-size: ${f11}pt; font-weight: 600; letter-spacing: 0.5px; }
QLabel[voice="label"] { font-weight: 500; }
QLabel[voice="strong"] { font-weight: 600; }
QLabel[voice="figure"] { font-size: ${f20}pt; font-weight: 600; }
QLabel[voice="problem"] { color: $on_bad; font-size: ${f12}pt; }
QLabel[voice="pill"] { background: $good; color: $on_good; font-weight: 600; font-size: ${f12}pt;
    padding: ${p2}px ${p10}px; border-radius: ${p8}px; }
QLabel[voice="key"] { color: $quiet; font-size: ${f11}pt; border: 1px solid $line; border-radius: 4px;
    padding: 1px ${p5}px; background: $raised; }

QFrame[box="raised"] { background: $raised; border-radius: ${radius}px; border: 0; }
QFrame[box="line"] { background: $line; border: 0; }
QFrame[box="card"] { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[box="caution"] { background: $caution; border-radius: ${radius}px; border: 0; }
QFrame[box="drop"] { background: $raised; border: 1px dashed $control; border-radius: ${radius}px; }

QPushButton { background: $surface; border: 1px solid $control; border-radius: ${p6}px; padding: ${p7}px ${p14}px;
    font-weight: 600; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:disabled { color: $control; border-color: $line; background: $raised; }
QPushButton:focus { border: 2px solid $focus; padding: ${p6}px ${p13}px; }
QPushButton[kind="primary"] { background: $ink; color: $on_ink; border-color: $ink; padding: ${p8}px ${p14}px; }
QPushButton[kind="primary"]:hover { background: $ink_hover; }
QPushButton[kind="primary"]:disabled { background: $line; border-color: $line; color: $quiet; }
QPushButton[kind="primary"]:focus { border: 2px solid $focus; padding: ${p7}px ${p13}px; }
QPushButton[kind="plain"] { border: 1px solid transparent; background: transparent; font-weight: 500; color: $text;
    padding: ${p4}px ${p6}px ${p4}px 1px; text-align: left; }
QPushButton[kind="plain"]:hover { background: $hover; }
QPushButton[kind="plain"]:focus { border: 2px solid $focus; padding: ${p3}px ${p5}px ${p3}px 0; }
QPushButton[kind="pill"] { background: $good; color: $on_good; font-weight: 600; font-size: ${f12}pt; border: 0;
    padding: ${p2}px ${p10}px; border-radius: ${p8}px; }
QPushButton[kind="pill"]:checked { background: $caution; color: $on_caution; }
QPushButton[kind="pill"]:focus { border: 2px solid $focus; padding: 0 ${p8}px; }
QPushButton[kind="choice"] { text-align: left; font-weight: 500; padding: ${p8}px ${p10}px; border-color: $line; }
QPushButton[kind="choice"]:hover { border-color: $control; }
QPushButton[kind="choice"]:checked { border: 2px solid $ink; padding: ${p7}px ${p9}px; background: $raised; }
QPushButton[kind="choice"]:focus { border: 2px solid $focus; padding: ${p7}px ${p9}px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${p6}px; padding: ${p4}px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $selected; border-color: $focus; }
QToolButton:focus { border: 2px solid $focus; padding: ${p3}px; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextBrowser { background: $surface;
    border: 1px solid $control; border-radius: ${p6}px; padding: ${p5}px ${p8}px; selection-background-color: $focus;
    selection-color: $surface; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextBrowser:focus {
    border: 2px solid $focus; padding: ${p4}px ${p7}px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { background: $raised;
    color: $control; border-color: $line; }
QLineEdit#search { border-color: $line; padding: ${p6}px ${p8}px; }
QLineEdit#search:focus { border: 2px solid $focus; padding: ${p5}px ${p7}px; }
QTextBrowser { border-color: $line; }
QComboBox { padding-right: ${p24}px; }
QComboBox::drop-down { border: 0; width: ${p26}px; }
QComboBox::down-arrow { image: url($icons/sheet-down-$shade.svg); width: ${p14}px; height: ${p14}px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; padding: 4px; outline: 0; }
QComboBox QAbstractItemView::item { padding: ${p5}px ${p8}px; min-height: ${p18}px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $selected; color: $text; }
QAbstractSpinBox QLineEdit { border: 0; padding: 0 0 0 ${p6}px; background: transparent; }
QAbstractSpinBox QLineEdit:focus { border: 0; padding: 0 0 0 ${p6}px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: 0; width: ${p18}px; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: 0; width: ${p18}px;
    subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($icons/sheet-up-$shade.svg); width: ${p10}px;
    height: ${p10}px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($icons/sheet-down-$shade.svg); width: ${p10}px;
    height: ${p10}px; }

QCheckBox, QRadioButton { spacing: ${p8}px; background: transparent; padding: 2px; border: 1px solid transparent;
    border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $focus; }
QCheckBox::indicator { width: ${p14}px; height: ${p14}px; border: 1px solid $control; border-radius: 4px;
    background: $surface; }
QCheckBox::indicator:checked { background: $ink; border-color: $ink; image: url($icons/sheet-check-$shade.svg); }
QCheckBox::indicator:disabled { border-color: $line; background: $raised; }
QRadioButton::indicator { width: ${p14}px; height: ${p14}px; border: 1px solid $control; border-radius: ${p8}px;
    background: $surface; }
QRadioButton::indicator:checked { background: $ink; border-color: $ink; image: url($icons/sheet-dot-$shade.svg); }

QSlider { background: transparent; min-height: ${p22}px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { height: 4px; background: $ink; border-radius: 2px; }
QSlider::handle:horizontal { width: ${p13}px; height: ${p13}px; margin: -${p6}px 0; border-radius: ${handle}px;
    background: $surface; border: 2px solid $ink; }
QSlider::handle:horizontal:hover { background: $hover; }
QSlider::handle:horizontal:focus { border: 3px solid $focus; }
QSlider::sub-page:horizontal:disabled, QSlider::groove:horizontal:disabled { background: $line; }
QSlider::handle:horizontal:disabled { border-color: $control; }

QTreeView, QTableView, QListView { background: $surface; border: 0; outline: 0; selection-background-color: $selected;
    selection-color: $text; alternate-background-color: $surface; }
QTableView { gridline-color: $line; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $quiet; border: 0; border-bottom: 1px solid $line;
    padding: ${p4}px ${p8}px; font-weight: 500; font-size: ${f12}pt; }
QHeaderView::section:hover { background: $hover; }
QTableCornerButton::section { background: $surface; border: 0; }
QTableView#preview::item { padding: ${p2}px ${p6}px; }

QListWidget#answers { background: $surface; border: 1px solid $line; border-radius: ${radius}px; padding: 4px; }
QTabBar { background: $surface; border: 0; }
QTabBar::tab { background: transparent; color: $quiet; padding: ${p9}px 0 ${p7}px 0; margin: 0 ${p12}px;
    border-bottom: 2px solid transparent; font-weight: 500; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $ink; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::scroller { width: ${p22}px; }
QTabBar QToolButton { padding: 0; }
QTabBar::tab:focus { border-bottom: 2px solid $focus; }

QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $control; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $line; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $ink; border-radius: 3px; }
QAbstractScrollArea::corner { background: $surface; }
""")


def style_sheet(look: Look) -> str:
    """The whole style sheet for one theme at one text size."""
    values = attrs.asdict(look.tokens)
    values.update({f"p{n}": look.px(n) for n in range(1, 30)})
    values.update({f"f{n}": f"{points(size * look.scale):.2f}" for n, size in _TYPE.items()})
    values["radius"] = RADIUS
    values["handle"] = look.px(6) + 2
    values["icons"] = (resources_dir() / "icons").as_posix()
    values["shade"] = DARK if look.tokens.name == DARK else LIGHT  # of the signs that are pictures
    values["scroll"] = "#C9D1D9" if look.tokens.name == LIGHT else look.tokens.line
    return _SHEET.substitute(values)


_TYPE = {11: 11.0, 12: 11.5, 13: 12.5, 15: 15.0, 20: 20.0}
