"""Choosing sites under limits, in numbers only: covers, medians, centres, with a bound that no plan can beat."""
