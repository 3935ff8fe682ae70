"""A mixed-integer problem as sparse arrays, solved by HiGHS with progress, cancel and an honest bound."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ecomap.model.clock import Ended, Looks, current, gone_astray
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import name, say

_LOOK_EVERY_S = 0.05    # how long a wish to stop may go unheard
_REPORT_EVERY_S = 0.25
_WITHIN = 1e-6          # of its bounds, as exact as the solver is

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@frozen
class Solution:
    """What the solver found. ``values`` is None where no answer exists (``infeasible``) or none was found in time.

    ``objective`` is recomputed from the values, ``bound`` is what no answer can beat, ``gap`` their distance as a
    share of the objective; ``proven`` says that the gap is closed.
    """

    values: Floats | None
    objective: float
    bound: float
    gap: float
    proven: bool
    infeasible: bool


@frozen
class Relaxation:
    """The answer without whole numbers: its objective, values and reduced costs.

    The objective is infinite if there is no answer, and minus infinite if time ran out before one was found: what no
    answer can beat.
    """

    objective: float
    values: Floats
    prices: Floats


class Relaxed:
    """A problem without whole numbers that keeps its last answer as the start of the next."""

    def __init__(self, solver: Any, low: Floats, high: Floats) -> None:
        self._solver, self._low, self._high = solver, low, high
        self._ended = False  # its time is up: it is not asked any more

    def solve(self, progress: Progress | None = None) -> Relaxation:
        """Solve it as it stands."""
        return self._answered(lambda: _run(self._solver, math.inf, progress or Progress()))

    def held(self, column: int, value: float) -> Relaxation:
        """What is best with one variable held at a value; it is free again afterwards."""
        self._solver.changeColBounds(int(column), value, value)
        answer = self._answered(self._solver.run)
        self._solver.changeColBounds(int(column), self._low[column], self._high[column])
        return answer

    def priced(self, columns: Ints, cost: Floats) -> Relaxation:
        """What is best when some variables have another cost, from now on; starts from the last answer."""
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), cost.astype(np.float64))
        return self._answered(self._solver.run)

    def _answered(self, work: Callable[[], Any]) -> Relaxation:
        """The answer once the work is done; nothing is known if time runs out, least of all that there is no answer."""
        nothing = Relaxation(-math.inf, np.zeros(len(self._low)), np.zeros(len(self._low)))
        if self._ended:
            return nothing
        looks = current()
        self._ended = looks.run() is not None
        if self._ended:
            return nothing
        work()
        answer = self._answer()
        if answer is None:
            self._ended = True
            looks.ended_run()
        return answer or nothing

    def add_rows(self, row: Ints, column: Ints, value: Floats, *, count: int, low: float) -> None:
        """Append ``count`` rows ``>= low`` given as triplets, rows rising; the last answer stays the start of the next."""
        start = np.searchsorted(row, np.arange(count)).astype(np.int32)
        self._solver.addRows(
            count, np.full(count, low), np.full(count, math.inf), len(column), start, column.astype(np.int32),
            value.astype(np.float64),
        )

    def _answer(self) -> Relaxation | None:
        import highspy  # heavy

        status, none = self._solver.getModelStatus(), np.zeros(len(self._low))
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Relaxation(math.inf, none, none)
        if status != highspy.HighsModelStatus.kOptimal:
            return None   # time ran out
        solution = self._solver.getSolution()
        return Relaxation(
            float(self._solver.getInfo().objective_function_value), np.asarray(solution.col_value, dtype=np.float64),
            np.asarray(solution.col_dual, dtype=np.float64),
        )


class Problem:
    """Columns and rows of ``min cost·x, low <= Ax <= high``; build it, then `solve` it.

    Columns and rows are only ever appended, in blocks of numpy arrays, so that building takes milliseconds.
    """

    def __init__(self) -> None:
        self._cost: list[Floats] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._integer: list[npt.NDArray[np.bool_]] = []
        self._row: list[Ints] = []
        self._column: list[Ints] = []
        self._value: list[Floats] = []
        self._row_low: list[Floats] = []
        self._row_high: list[Floats] = []
        self.columns = 0
        self.rows = 0

    def add_columns(
        self, cost: Floats, *, low: float | Floats = 0.0, high: float | Floats = 1.0, integer: bool = False
    ) -> Ints:
        """Append variables and return their numbers."""
        count = len(cost)
        self._cost.append(np.asarray(cost, dtype=np.float64))
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), count))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), count))
        self._integer.append(np.full(count, integer))
        numbers = np.arange(self.columns, self.columns + count)
        self.columns += count
        return numbers

    def add_rows(
        self, row: Ints, column: Ints, value: Floats, *, count: int, low: float | Floats, high: float | Floats
    ) -> Ints:
        """Append ``count`` rows given as triplets (row number within the block, column, value)."""
        self._row.append(np.asarray(row, dtype=np.int64) + self.rows)
        self._column.append(np.asarray(column, dtype=np.int64))
        self._value.append(np.asarray(value, dtype=np.float64))
        self._row_low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), count))
        self._row_high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), count))
        numbers = np.arange(self.rows, self.rows + count)
        self.rows += count
        return numbers

    def add_row(self, column: Ints, value: Floats, *, low: float = -math.inf, high: float = math.inf) -> int:
        """Append one row."""
        zeros = np.zeros(len(column), dtype=np.int64)
        return int(self.add_rows(zeros, column, value, count=1, low=low, high=high)[0])

    def price(self, columns: Ints, cost: Floats) -> None:
        """Give some variables another cost."""
        self._cost = [np.concatenate(self._cost)]
        self._cost[0][columns] = cost

    def bound(self, columns: Ints, *, low: Floats, high: Floats) -> None:
        """Give some variables other bounds."""
        self._low, self._high = [np.concatenate(self._low)], [np.concatenate(self._high)]
        self._low[0][columns], self._high[0][columns] = low, high

    def append(self, other: Problem, *, scale: float = 1.0) -> int:
        """Append all of another problem, its costs times ``scale``; gives the number of its first column here."""
        first = self.columns
        self._cost += [scale * cost for cost in other._cost]
        self._low += other._low
        self._high += other._high
        self._integer += other._integer
        self._row += [row + self.rows for row in other._row]
        self._column += [column + first for column in other._column]
        self._value += other._value
        self._row_low += other._row_low
        self._row_high += other._row_high
        self.columns += other.columns
        self.rows += other.rows
        return first

    def solve(
        self,
        *,
        start: Floats | None = None,
        enough: float = -math.inf,
        time_limit_s: float = 60.0,
        progress: Progress | None = None,
    ) -> Solution:
        """Solve by branch and bound.

        Parameters
        ----------
        start : ndarray, optional
            A first answer, whole or nearly so; the solver mends what is missing.
        enough : float
            Any answer with an objective at most this ends the search.
        time_limit_s : float

        Raises
        ------
        CancelledError
            Within a tenth of a second of the planner's wish to stop.
        """
        import highspy  # heavy

        progress = progress or Progress()
        progress.check()
        looks = current()
        if (before := looks.run()) is not None:
            return self._as_found(before)
        time_limit_s = math.inf if looks.again else float(time_limit_s)
        solver = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-9), ("time_limit", time_limit_s),
            ("objective_target", enough),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(self._model(highspy))
        if start is not None:
            guess = highspy.HighsSolution()
            guess.col_value = list(start)
            solver.setSolution(guess)
        _run(solver, time_limit_s, progress)
        solution = self._solution(highspy, solver)
        return self._ended(looks, solution) if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit else solution

    def _ended(self, looks: Looks, solution: Solution) -> Solution:
        """What was found when the time was up, noted so that it can be found again: its whole numbers, of which all else follows."""
        if solution.values is None:
            looks.ended_run(bound=solution.bound)
            return solution
        chosen = self._chosen()
        columns = np.flatnonzero(chosen & (solution.values != 0))
        looks.ended_run(columns.tolist(), solution.values[columns].tolist(), found=True, bound=solution.bound)
        return self._followed(solution.values, solution.bound) or solution

    def _as_found(self, before: Ended) -> Solution:
        """What a solver had found when it was ended before, worked out anew from its whole numbers."""
        if not before.found:
            return Solution(None, math.inf, before.bound, math.inf, False, False)
        values, columns = np.zeros(self.columns), np.array(before.columns, dtype=np.int64)
        if len(columns) != len(before.values) or (len(columns) and not 0 <= columns.min() <= columns.max() < self.columns):
            raise gone_astray()
        values[columns] = before.values
        found = self._followed(values, before.bound)
        if found is None:
            raise gone_astray()
        return found

    def _followed(self, values: Floats, bound: float) -> Solution | None:
        """The best answer with these whole numbers; None where there is none."""
        import highspy  # heavy

        chosen, held = self._chosen(), Problem()
        held.append(self)
        held.bound(np.flatnonzero(chosen), low=values[chosen], high=values[chosen])
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            solver.setOptionValue(option, value)
        model = held._model(highspy)
        model.integrality_ = []
        solver.passModel(model)
        solver.run()
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        outside = (values[chosen] < low[chosen] - _WITHIN) | (values[chosen] > high[chosen] + _WITHIN)
        if outside.any() or solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        followed = np.asarray(solver.getSolution().col_value, dtype=np.float64)
        followed[chosen] = values[chosen]
        objective = float(followed @ np.concatenate(self._cost))
        bound = min(bound, objective)
        return Solution(followed, objective, bound, abs(objective - bound) / max(abs(objective), 1e-12), False, False)

    def _chosen(self) -> npt.NDArray[np.bool_]:
        """The columns from which all others follow: the whole numbers; all where there are none."""
        integer = np.concatenate(self._integer)
        return integer if integer.any() else np.ones_like(integer)

    def relaxed(self, *, time_limit_s: float = math.inf) -> Relaxed:
        """The problem without whole numbers, ready to be asked what moving one variable would cost."""
        import highspy  # heavy

        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("time_limit", math.inf if current().again else time_limit_s)):
            solver.setOptionValue(option, value)
        model = self._model(highspy)
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        model.integrality_ = []
        solver.passModel(model)
        return Relaxed(solver, low, high)

    def matrix(self) -> Any:
        """The rows over the columns, sparse."""
        from scipy.sparse import coo_matrix  # heavy

        none: Ints = np.zeros(0, dtype=np.int64)  # a problem may have no row at all
        row, column = np.concatenate([none, *self._row]), np.concatenate([none, *self._column])
        return coo_matrix((np.concatenate([none, *self._value]), (row, column)), shape=(self.rows, self.columns)).tocsr()

    def _model(self, highspy: Any) -> Any:
        matrix = self.matrix().tocsc()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, self.rows
        model.col_cost_ = np.concatenate(self._cost)
        model.col_lower_ = np.concatenate(self._low)
        model.col_upper_ = np.concatenate(self._high)
        model.row_lower_ = np.concatenate([np.zeros(0), *self._row_low])
        model.row_upper_ = np.concatenate([np.zeros(0), *self._row_high])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if i else kinds.kContinuous for i in np.concatenate(self._integer)]
        return model

    def _solution(self, highspy: Any, solver: Any) -> Solution:
        status = solver.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Solution(None, math.inf, math.inf, math.inf, True, True)
        info = solver.getInfo()
        feasible = info.primal_solution_status == 2
        if not feasible:
            if status in (kinds.kTimeLimit, kinds.kInterrupt):
                return Solution(None, math.inf, float(info.mip_dual_bound), math.inf, False, False)
            raise EcoMapError(
                say("The solver stopped without an answer ({status}).", status=name(solver.modelStatusToString(status))),
                say("Try a longer time limit or fewer wishes."),
            )
        values = np.asarray(solver.getSolution().col_value, dtype=np.float64)
        integer = np.concatenate(self._integer)
        values[integer] = np.round(values[integer])
        objective = float(values @ np.concatenate(self._cost))
        proven = status == kinds.kOptimal
        bound = objective if proven else float(info.mip_dual_bound)
        gap = 0.0 if proven else abs(objective - bound) / max(abs(objective), 1e-12)
        return Solution(values, objective, bound, gap, proven, False)


def _run(solver: Any, time_limit_s: float, progress: Progress) -> None:
    """Let the solver work on a thread of its own and keep listening.

    The solver looks up only every few seconds; a planner who stops does not wait for that: the call ends at once and
    the solver is told to end when it next looks up.
    """
    stop, done = threading.Event(), threading.Event()

    def interrupt(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    def work() -> None:
        try:
            solver.run()
        finally:
            done.set()

    solver.cbMipInterrupt.subscribe(interrupt)
    solver.cbSimplexInterrupt.subscribe(interrupt)
    threading.Thread(target=work, name="solver", daemon=True).start()
    try:
        _wait(done, time_limit_s, progress)
    except BaseException:
        stop.set()
        raise


def _wait(done: threading.Event, time_limit_s: float, progress: Progress) -> None:
    began = reported = time.monotonic()
    while not done.wait(_LOOK_EVERY_S):
        progress.check()
        now = time.monotonic()
        if now - reported >= _REPORT_EVERY_S:
            reported = now
            share = (now - began) / time_limit_s if math.isfinite(time_limit_s) else 0.5
            progress.at(share, say("Comparing plans"))
    progress.check()
