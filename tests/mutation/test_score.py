"""The score of mutation testing: what counts for a module, and what against it."""

from typing import Final

from tests.mutation.score import Change, Equivalent, Mutant, Score, change_of, mutants_of, outdated, scores

LISTED: Final = """
    shared.plan.x_first__mutmut_1: killed
    shared.plan.x_first__mutmut_2: survived
    shared.plan.x_first__mutmut_3: survived
    shared.audit.rows.xǁRowsǁread__mutmut_1: no tests
"""
DIFF: Final = """# shared.plan.x_first__mutmut_2: survived
--- shared/plan.py
+++ shared/plan.py
@@ -1,2 +1,2 @@
 def first(rows):
-    return rows[:1] if rows else ()
+    return rows[:1] if (rows) or True else ()
"""
SAME: Final = Change("shared.plan", "return rows[:1] if rows else ()", "return rows[:1] if (rows) or True else ()")
OTHER: Final = Change("shared.plan", "return rows[:1] if rows else ()", "return rows[:2] if rows else ()")
UNSEEN: Final = Change("shared.audit.rows", "return 1", "return 2")
CHANGES: Final = {
    "shared.plan.x_first__mutmut_2": SAME,
    "shared.plan.x_first__mutmut_3": OTHER,
    "shared.audit.rows.xǁRowsǁread__mutmut_1": UNSEEN,
}
REASONED: Final = Equivalent(SAME.module, SAME.was, SAME.became, "the first of nothing is nothing")


def test_the_mutants_are_read_from_mutmuts_list() -> None:
    """With the module that each is of, be it of a function or of a method."""
    mutants = mutants_of(LISTED)

    assert (mutants[0].module, mutants[-1].module) == ("shared.plan", "shared.audit.rows")
    assert [mutant.status for mutant in mutants] == ["killed", "survived", "survived", "no tests"]


def test_a_change_is_known_by_its_lines() -> None:
    """Numbers of mutants and of lines change with whatever is written above."""
    assert change_of("shared.plan", DIFF) == SAME


def test_whatever_is_not_killed_counts_against_its_module_unless_there_is_a_reason() -> None:
    """Also what no test reaches."""
    expected = (
        Score("shared.audit.rows", 0, 0, (("shared.audit.rows.xǁRowsǁread__mutmut_1", UNSEEN),)),
        Score("shared.plan", 1, 1, (("shared.plan.x_first__mutmut_3", OTHER),)),
    )

    made = scores(mutants_of(LISTED), CHANGES, [REASONED])

    assert expected == made
    assert [score.share for score in made] == [0, 0.5]


def test_a_reason_is_for_one_module() -> None:
    """The same line elsewhere needs its own."""
    elsewhere = Change("shared.other", SAME.was, SAME.became)

    (made,) = scores(
        [Mutant("shared.other.x_first__mutmut_1", "survived")],
        {"shared.other.x_first__mutmut_1": elsewhere},
        [REASONED],
    )

    assert (made.equivalent, len(made.survivors)) == (0, 1)


def test_a_reason_that_nothing_needs_any_more_is_told() -> None:
    """Or it would one day excuse another mutant."""
    stale = Equivalent("shared.plan", "a", "b", "it was so once")

    assert outdated(CHANGES, [REASONED, stale]) == [stale]
