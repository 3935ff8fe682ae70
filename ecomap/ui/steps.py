"""The steps of the work in their order, and what each asks. Reads the registry's names, not its analyses."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from ecomap.analysis import registry
from ecomap.model.said import NOTHING, Said, say


@frozen
class Step:
    """One step: its name on the strip, its main question, and both in a line of the menu."""

    key: str
    name: Said
    question: Said
    entry: Said
    analyses: tuple[str, ...] = ()


_FIND_OUT: Final = say("Find out")
_NOTHING_YET: Final = say("Choose what is asked above; the answer stands here and on the map.")


@frozen
class Words:
    """What stands around one question of a step. Where a question has none, its analysis speaks for itself."""

    title: Said = NOTHING
    subtitle: Said = NOTHING
    ask: Said = _FIND_OUT        # on the primary button
    working: Said = NOTHING      # while it runs
    onward: str = ""             # the step that follows
    empty: Said = _NOTHING_YET


_EVERY: tuple[tuple[str, Said, Said, Said], ...] = (
    ("data", say("Data"), say("What is on the table?"), say("Data: what is on the table?")),
    ("need", say("Need"), say("Where is children's need greatest?"), say("Need: where is children's need greatest?")),
    ("assets", say("Assets"), say("Who is where, doing what?"), say("Assets: who is where, doing what?")),
    ("gaps", say("Gaps"), say("Who has nothing in reach?"), say("Gaps: who has nothing in reach?")),
    ("plan", say("Plan"), say("Which schools next?"), say("Plan: which schools next?")),
    ("money", say("Money"), say("Whose money goes where?"), say("Money: whose money goes where?")),
    ("share", say("Share"), say("Who should see this?"), say("Share: who should see this?")),
)
_WITHOUT_ANALYSES = ("data", "share")


def steps() -> tuple[Step, ...]:
    """The steps in their order; one that has nothing to ask yet is left out."""
    found = [Step(key, name, question, entry, registry.names_of_step(key)) for key, name, question, entry in _EVERY]
    return tuple(step for step in found if step.analyses or step.key in _WITHOUT_ANALYSES)


STEPS: tuple[Step, ...] = steps()

WORDS: dict[str, Words] = {
    "need-index": Words(
        say("Where is children's need greatest?"),
        say("Choose what counts as need. EcoMap ranks the neighborhoods from most to least."),
        say("Compute need"), say("Computing need"), "gaps",
        say("Nothing computed yet. The list above is a good start as it is."),
    ),
    "school-areas": Words(
        say("What do the areas around our schools look like?"),
        say("Need areas and school areas have other borders. EcoMap carries children and indicators over, with both errors."),
        say("Describe the areas"), say("Carrying the indicators over"),
    ),
    "sensitivity": Words(ask=say("Test the ranking"), working=say("Testing the ranking")),
    "clusters": Words(ask=say("Find the clusters"), working=say("Finding the clusters")),
    "published-index": Words(ask=say("Compare the two"), working=say("Comparing two indexes")),
    "merged-areas": Words(ask=say("Merge the areas"), working=say("Merging areas")),
    "overlap": Words(ask=say("Show who is where"), working=say("Finding who is where")),
    "ties": Words(ask=say("Show the ties"), working=say("Finding who works with whom")),
    "roles": Words(ask=say("Show who does what"), working=say("Finding who does what")),
    "match": Words(ask=say("Match them"), working=say("Matching services to need")),
    "peers": Words(ask=say("Find the schools"), working=say("Comparing the schools")),
    "dashboard": Words(ask=say("Show the figures"), working=say("Counting year by year")),
    "helped": Words(
        say("Did it help?"), say("What changed at schools that began, beside schools like them that had not. 'Cannot tell' is an answer too."),
        say("Compare the changes"), say("Comparing the changes"),
    ),
    "coverage-gap": Words(
        say("Who has nothing in reach?"), say("Children whose nearest site is too far away, or where there is none."),
        say("Find the gaps"), say("Finding the gaps"), "plan", say("Choose a service or an approach and how far is in reach."),
    ),
    "capacity-gap": Words(ask=say("Find who is left out"), working=say("Filling the places")),
    "access": Words(ask=say("Measure access"), working=say("Measuring access")),
    "gap-presets": Words(ask=say("Apply the rule"), working=say("Applying the rule")),
    "priority": Words(
        say("Which schools next, one by one?"),
        say("Each school on its own: whom it would bring into reach. For a first list, or to look at one school. To decide on several at "
            "once, plan them together."),
        say("Rank the schools"), say("Ranking the schools"), "",
        say("Choose what should come into reach. Schools that have it already are left out."),
    ),
    "rank-change": Words(ask=say("Find what would change it"), working=say("Trying changes")),
    "weight-sets": Words(ask=say("Compare the weights"), working=say("Ranking with every set")),
    "plan": Words(
        say("Which schools next, all together?"),
        say("The set of schools that does most together, within a number, a budget or rules; nobody is counted twice. To look at one school "
            "on its own, rank them one by one."),
        say("Make the plan"), say("Searching for the best plan"),
    ),
    "money": Words(ask=say("Show the money"), working=say("Adding up the money")),
    "norming": Words(ask=say("Compare the pay"), working=say("Comparing the pay")),
    "spending-outcome": Words(
        say("Spending beside an outcome"), say("Four corners to talk about, no ranking: what do we see, and what would we have to ask?"),
        say("Lay them side by side"), say("Laying them side by side"),
    ),
    "funding-cliff": Words(ask=say("Show what ends when"), working=say("Finding what ends when")),
}


def step_after(key: str) -> Step:
    """The step that follows in the order of work; the last one follows itself."""
    keys = [step.key for step in STEPS]
    return STEPS[min(keys.index(key) + 1, len(STEPS) - 1)]


def step_of(key: str) -> Step:
    """A step by its key."""
    return next(step for step in STEPS if step.key == key)
