"""The steps of the work in their order, and what each asks. Reads the registry's names, not its analyses."""

from __future__ import annotations

from attrs import frozen

from ecomap.analysis import registry


@frozen
class Step:
    """One step: its name on the strip and its main question."""

    key: str
    name: str
    question: str
    analyses: tuple[str, ...] = ()


@frozen
class Words:
    """What stands around one question of a step. Where a question has none, its analysis speaks for itself."""

    title: str = ""
    subtitle: str = ""
    ask: str = "Find out"    # on the primary button
    working: str = ""        # while it runs
    onward: str = ""         # the step that follows
    empty: str = "Choose what is asked above; the answer stands here and on the map."


_EVERY: tuple[tuple[str, str, str], ...] = (
    ("data", "Data", "What is on the table?"),
    ("need", "Need", "Where is children's need greatest?"),
    ("assets", "Assets", "Who is where, doing what?"),
    ("gaps", "Gaps", "Who has nothing in reach?"),
    ("plan", "Plan", "Which schools next?"),
    ("money", "Money", "Whose dollars go where?"),
    ("share", "Share", "Who should see this?"),
)
_WITHOUT_ANALYSES = ("data", "share")


def steps() -> tuple[Step, ...]:
    """The steps in their order; one that has nothing to ask yet is left out."""
    found = [Step(key, name, question, registry.names_of_step(key)) for key, name, question in _EVERY]
    return tuple(step for step in found if step.analyses or step.key in _WITHOUT_ANALYSES)


STEPS: tuple[Step, ...] = steps()

WORDS: dict[str, Words] = {
    "need-index": Words(
        "Where is children's need greatest?",
        "Choose what counts as need. EcoMap ranks the neighbourhoods from most to least.",
        "Compute need", "Computing need", "gaps",
        "Nothing computed yet. The list above is a good start as it is.",
    ),
    "school-areas": Words(
        "What do the areas around our schools look like?",
        "Need areas and school areas have other borders. EcoMap carries children and indicators over, with both errors.",
        "Describe the areas", "Carrying the indicators over",
    ),
    "sensitivity": Words(ask="Test the ranking", working="Testing the ranking"),
    "clusters": Words(ask="Find the clusters", working="Finding the clusters"),
    "published-index": Words(ask="Compare the two", working="Comparing two indexes"),
    "overlap": Words(ask="Show who is where", working="Finding who is where"),
    "roles": Words(ask="Show who does what", working="Finding who does what"),
    "match": Words(ask="Match them", working="Matching services to need"),
    "peers": Words(ask="Find the schools", working="Comparing the schools"),
    "dashboard": Words(ask="Show the figures", working="Counting year by year"),
    "coverage-gap": Words(
        "Who has nothing in reach?", "Children whose nearest site is too far away, or where there is none.",
        "Find the gaps", "Finding the gaps", "plan", "Choose a service or an approach and how far is in reach.",
    ),
    "capacity-gap": Words(ask="Find who is left out", working="Filling the places"),
    "access": Words(ask="Measure access", working="Measuring access"),
    "gap-presets": Words(ask="Apply the rule", working="Applying the rule"),
    "priority": Words(
        "Which schools next?", "Schools that would bring it into reach of most children in need.",
        "Rank the schools", "Ranking the schools", "",
        "Choose what should come into reach. Schools that have it already are left out.",
    ),
    "rank-change": Words(ask="Find what would change it", working="Trying changes"),
    "weight-sets": Words(ask="Compare the weights", working="Ranking with every set"),
    "plan": Words(ask="Make the plan", working="Searching for the best plan"),
    "money": Words(ask="Show the dollars", working="Adding up the dollars"),
    "norming": Words(ask="Compare the pay", working="Comparing the pay"),
    "funding-cliff": Words(ask="Show what ends when", working="Finding what ends when"),
}


def step_after(key: str) -> Step:
    """The step that follows in the order of work; the last one follows itself."""
    keys = [step.key for step in STEPS]
    return STEPS[min(keys.index(key) + 1, len(STEPS) - 1)]


def step_of(key: str) -> Step:
    """A step by its key."""
    return next(step for step in STEPS if step.key == key)
