"""Who is one person: the graph algorithm and the models around it, on random records.

The other side is `identity_oracle`, which walks every evening's graph from scratch.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import duckdb
import jinja2
import pytest
from compiled import Bench
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from identity_oracle import TYPES, Identities, Record, own_person_id
from pipeline import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ALGORITHM = PROJECT / "macros" / "identity" / "absorb_nodes.sql"
FIRST_DAY = date(2024, 1, 1)
MAX_CUSTOMERS = 5
MODELS = (
    "pairs",
    "partners",
    "owned_records",
    "identifiers",
    "links",
    "nodes",
    "edges",
)
RECORD_COLUMNS = (
    "source_system varchar, source_table varchar, record_key varchar,"
    " customer_id varchar, email_key varchar, phone_key varchar,"
    " loyalty_card varchar, is_sighting boolean, dated_on date, known_on date,"
    " dated_at timestamp, known_at timestamp"
)
VISIT_COLUMNS = (
    "source_system varchar, anonymous_id varchar, customer_id varchar,"
    " first_event_id varchar, seen_on date, seen_at timestamp"
)

Edge = tuple[int, int, int]
"""(left node, right node, link number)"""


class Statements:
    """Stands in for dbt's `run_query`: runs a statement and keeps what it returns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.rows: list[tuple[Any, ...]] = []

    def __call__(self, sql: str) -> Statements:
        self.rows = self.connection.execute(sql).fetchall()
        return self


def absorber(connection: duckdb.DuckDBPyConnection) -> Callable[[str, str], int]:
    """The macro absorb_nodes as a function of the names of its tables.

    Args:
        connection: Where it runs.

    Returns:
        The function; it returns the number of rounds.
    """
    found: list[int] = []

    def keep(value: int) -> str:
        found.append(value)
        return ""

    environment = jinja2.Environment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    environment.globals.update(
        {"return": keep, "run_query": Statements(connection)},
    )
    macros = environment.from_string(ALGORITHM.read_text(encoding="utf-8")).module

    def absorb(links: str, absorbed: str) -> int:
        macros.absorb_nodes(links, absorbed)
        return found.pop()

    return absorb


@pytest.fixture(scope="module")
def graph() -> Iterator[Callable[[list[Edge]], tuple[set[Edge], int]]]:
    """A function from links to (node, absorber, link number) rows and rounds."""
    with duckdb.connect() as connection:
        absorb = absorber(connection)

        def solve(edges: list[Edge]) -> tuple[set[Edge], int]:
            connection.execute(
                "create or replace table links"
                " (left_node bigint, right_node bigint, link_number bigint)"
            )
            if edges:
                connection.executemany("insert into links values (?, ?, ?)", edges)
            rounds = absorb("links", "absorbed")
            rows = connection.execute("select * from absorbed").fetchall()
            assert len(rows) == len(set(rows))
            return set(rows), rounds

        yield solve


def absorbed_one_by_one(edges: list[Edge]) -> set[Edge]:
    """The same by joining clusters link by link, in the order of the links."""
    leader: dict[int, int] = {}

    def lead(node: int) -> int:
        while leader.setdefault(node, node) != node:
            node = leader[node]
        return node

    absorbed_by = {}
    for left, right, number in sorted(edges, key=lambda edge: edge[2]):
        better, worse = sorted((lead(left), lead(right)))
        if better != worse:
            leader[worse] = better
            absorbed_by[worse] = number
    return {(node, lead(node), number) for node, number in absorbed_by.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ends=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=20),
    order=st.randoms(use_true_random=False),
)
@example(ends=[], order=None)
def test_components_are_those_of_joining_link_by_link(
    ends: list[tuple[int, int]],
    order: Any,
    graph: Callable[[list[Edge]], tuple[set[Edge], int]],
) -> None:
    numbers = list(range(len(ends)))
    if order is not None:
        order.shuffle(numbers)
    edges = [(*pair, number) for pair, number in zip(ends, numbers, strict=True)]
    assert graph(edges)[0] == absorbed_one_by_one(edges)


@pytest.mark.parametrize(
    ("what", "most_rounds"), [("in_order", 2), ("shuffled", 30), ("backwards", 200)]
)
def test_a_chain_of_a_thousand_links_is_one_component(
    what: str, most_rounds: int, graph: Callable[[list[Edge]], tuple[set[Edge], int]]
) -> None:
    length = 200 if what == "backwards" else 1000
    number = {
        "in_order": lambda position: position,
        # 7 has no divisor in common with 1,000: every number once.
        "shuffled": lambda position: position * 7 % length,
        "backwards": lambda position: length - position,
    }[what]
    edges = [
        (position, position + 1, number(position)) for position in range(1, length + 1)
    ]
    rows, rounds = graph(edges)
    assert {absorber for _, absorber, _ in rows} == {1}
    assert len(rows) == length
    assert rounds <= most_rounds


def values_of(kind: str, most: int) -> st.SearchStrategy[str | None]:
    """A value of an identifier type, or none."""
    return st.none() | st.integers(1, most).map(lambda number: f"{kind[0]}{number}")


def records(customers: int) -> st.SearchStrategy[list[Record]]:
    """Random records of a few months, with many ties.

    Args:
        customers: How many customer ids there are at most.
    """

    def build(kind: str, on: int | None, hour: int, values: list[str | None]) -> Record:
        carried = {
            "customers": ("customer_id", "email", "phone"),
            "orders": ("customer_id", "email", "phone"),
            "web_events": ("customer_id", "anonymous_id"),
            "loyalty_accounts": ("customer_id", "loyalty_card"),
        }[kind]
        # Only accounts may lack a date; what makes a row of its table stands in it.
        day = FIRST_DAY if on is None else FIRST_DAY + timedelta(days=on)
        required = {
            "customers": "customer_id",
            "web_events": "anonymous_id",
            "loyalty_accounts": "customer_id",
        }.get(kind)
        given_values = dict(zip(TYPES, values, strict=True))
        if required is not None and given_values[required] is None:
            given_values[required] = f"{required[0]}1"
        dated = on is not None or kind in ("orders", "web_events")
        has_instant = dated and kind != "loyalty_accounts"
        return Record(
            tuple((k, given_values[k]) for k in carried if given_values[k]),
            day if dated else None,
            datetime.combine(day, time(hour)) if has_instant else None,
        )

    one = st.builds(
        build,
        kind=st.sampled_from(["customers", "orders", "web_events", "loyalty_accounts"]),
        on=st.none() | st.integers(0, 9) | st.integers(0, 120),
        hour=st.integers(8, 9),
        values=st.tuples(
            values_of("customer_id", customers),
            values_of("anonymous_id", 4),
            values_of("email", 4),
            values_of("phone", 4),
            values_of("loyalty_card", 3),
        ).map(list),
    )
    return st.lists(one, max_size=25)


def moment(each: Record) -> datetime:
    """When a record was made; the first day where it does not say."""
    return each.at or datetime.combine(each.on or FIRST_DAY, time())


class IdentityModels:
    """The models of identity, run on records of a test's own making."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.absorb = absorber(bench.connection)

    def run(self, found: list[Record]) -> dict[str, list[tuple[Any, ...]]]:
        """What the models say of some records.

        Args:
            found: The records up to an as-of date.

        Returns:
            `persons` as (identifier type, value, person id), `merges` as (absorbed id,
            surviving id, merged on), `shared` as (identifier type, value).
        """
        earliest: dict[tuple, Record] = {}
        for each in sorted(found, key=moment):
            earliest.setdefault((each.values, each.on is None), each)
        rows, visits = [], []
        for number, each in enumerate(earliest.values()):
            values = dict(each.values)
            key = f"{number:03}"
            if "anonymous_id" in values:
                ends = (values["anonymous_id"], values.get("customer_id"))
                visits.append((each.system, *ends, key, each.on, each.at))
                continue
            on = each.on or FIRST_DAY
            rows.append(
                (
                    *(each.system, "records", key),
                    *(values.get(kind) for kind in TYPES if kind != "anonymous_id"),
                    *(True, each.on, on, each.at),
                    moment(each),
                )
            )
        self.bench.table("intermediate.int_identity__records", RECORD_COLUMNS, rows)
        self.bench.table(
            "intermediate.int_web_events__identifiers", VISIT_COLUMNS, visits
        )
        return self.run_models()

    def run_models(self) -> dict[str, list[tuple[Any, ...]]]:
        """The same from the rows that stand in the two tables that `run` writes."""
        bench = self.bench
        bench.run(*(f"int_identity__{name}" for name in MODELS))
        name = "intermediate.int_identity__absorbed"
        bench.connection.execute("drop table if exists absorbed")
        self.absorb("intermediate.int_identity__edges", "absorbed")
        bench.connection.execute(
            f"create or replace table {name} as select * from absorbed"
        )
        bench.run("int_persons__resolved", "person_merges")
        query = bench.connection.execute
        return {
            "persons": query(
                "select identifier_type, identifier_value, person_id"
                " from intermediate.int_persons__resolved"
            ).fetchall(),
            "merges": query(
                "select absorbed_person_id, surviving_person_id, merged_on"
                " from marts.person_merges"
            ).fetchall(),
            "shared": query(
                "select identifier_type, identifier_value"
                " from intermediate.int_identity__identifiers where problem = 'shared'"
            ).fetchall(),
        }


@pytest.fixture(scope="module")
def models(demo_warehouse: duckdb.DuckDBPyConnection) -> Iterator[IdentityModels]:
    """The identity models as the demo's build compiled them."""
    with Bench(demo_warehouse) as bench:
        yield IdentityModels(bench)


def visits_on_one_browser(*customers: str | None) -> list[Record]:
    """A visit a day; None names nobody."""
    return [
        Record(
            (("anonymous_id", "a1"), *((("customer_id", name),) if name else ())),
            FIRST_DAY + timedelta(days=number),
            datetime.combine(FIRST_DAY + timedelta(days=number), time(8)),
        )
        for number, name in enumerate(customers)
    ]


FAMILY = [f"c{number}" for number in range(1, MAX_CUSTOMERS + 2)]
"""More customers than one browser may link."""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=records(3) | records(9))
@example(found=visits_on_one_browser(*FAMILY[1:]))
@example(found=visits_on_one_browser(*FAMILY))
@example(found=visits_on_one_browser(*FAMILY, None))
def test_persons_and_merges_are_those_of_the_oracle(
    found: list[Record], models: IdentityModels
) -> None:
    said = models.run(found)
    known = Identities(found, FIRST_DAY, MAX_CUSTOMERS)
    assert set(said["shared"]) == {node[1:] for node in known.shared}
    assert sorted(said["persons"]) == sorted(
        (*node[1:], own_person_id(leader)) for node, leader in known.person_of.items()
    )
    assert sorted(said["merges"]) == sorted(
        (own_person_id(node), own_person_id(leader), day)
        for node, (leader, day) in known.merges().items()
    )


def lost_ids(before: dict, after: dict) -> set[str]:
    """Person ids that vanished from one slice to the next without an explanation.

    A merge explains it, and so does an identifier that turned out to be shared: then
    the persons it had joined are taken apart.

    Args:
        before: What IdentityModels.run said of the earlier slice.
        after: What it said of the later one.
    """
    newly_shared = set(after["shared"]) - set(before["shared"])
    taken_apart = {
        person_id
        for kind, value, person_id in before["persons"]
        if (kind, value) in newly_shared
    }
    persons = {person_id for *_, person_id in before["persons"]}
    still_there = {person_id for *_, person_id in after["persons"]}
    merged = {absorbed for absorbed, *_ in after["merges"]}
    return persons - still_there - merged - taken_apart


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=records(3) | records(9), cuts=st.lists(st.integers(0, 120), max_size=4))
def test_ids_never_change_but_by_a_merge(
    found: list[Record], cuts: list[int], models: IdentityModels
) -> None:
    evenings = [FIRST_DAY + timedelta(days=cut) for cut in sorted({*cuts, 120})]
    slices = [
        models.run([each for each in found if moment_on(each) <= evening])
        for evening in evenings
    ]
    for before, after in pairwise(slices):
        assert lost_ids(before, after) == set()


def moment_on(each: Record) -> date:
    """The date of a record; the first day where it does not say."""
    return each.on or FIRST_DAY


def test_the_demo_in_ten_growing_slices_keeps_its_ids(
    demo_warehouse: duckdb.DuckDBPyConnection, models: IdentityModels
) -> None:
    query = models.bench.connection.execute
    query(f"attach '{models.bench.built}' as whole (read_only)")
    first_day, last_day = demo_warehouse.execute(
        "select first_date, as_of_date from intermediate.int_calendar__bounds"
    ).fetchone()
    slices = []
    for number in range(1, 11):
        # A combination of identifiers is dated by its earliest record.
        for table, date_column in (
            ("int_identity__records", "known_on"),
            ("int_web_events__identifiers", "seen_on"),
        ):
            query(
                f"create or replace table intermediate.{table} as"
                f" select * from whole.intermediate.{table} where {date_column} <= ?",
                [first_day + (last_day - first_day) * number / 10],
            )
        slices.append(models.run_models())
    query("detach whole")
    assert len({len(each["persons"]) for each in slices}) == 10
    assert any(each["merges"] for each in slices)
    for before, after in pairwise(slices):
        assert lost_ids(before, after) == set()
    whole = demo_warehouse.execute(
        "select identifier_type, identifier_value, person_id"
        " from intermediate.int_persons__resolved"
    ).fetchall()
    assert sorted(slices[-1]["persons"]) == sorted(whole)
