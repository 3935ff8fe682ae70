"""Links that lead nowhere after a replacement are put back; those that were made anew are not."""

from __future__ import annotations

from ecomap.workspace.newer.leaning import leaning_on, with_links_kept
from tests.small_project import small_project


def test_only_links_that_lead_nowhere_are_put_back() -> None:
    before = small_project()
    first, second, third = before.frame("links")["id"]
    schools = before.frame("schools").iloc[1:].reset_index(drop=True)                  # the first school is gone
    links = before.frame("links").iloc[2:].reset_index(drop=True)                       # so is its link, and the second was made anew
    after = before.with_layer(before.layer("schools"), schools).with_layer(before.layer("links"), links)
    assert sorted(with_links_kept(before, after).frame("links")["id"]) == sorted((first, third))
    assert second not in set(with_links_kept(before, after).frame("links")["id"])


def test_a_layer_of_links_that_is_gone_comes_back_whole() -> None:
    before = small_project()
    assert with_links_kept(before, before.without_layer("links")).frame("links").equals(before.frame("links"))


def test_rows_that_name_a_former_code_are_told_with_the_new_one() -> None:
    project = small_project()
    gone, other = project.frame("schools")["id"].iloc[:2]
    found = {one.layer_id: one.rows for one in leaning_on(project, "schools", {gone}, {other: "NEW"})}
    assert found["sites"] == (("a1", other, "NEW"),)
    assert found["elementary-areas"] == (("elementary-1", gone, ""), ("elementary-2", other, "NEW"))
