"""Rules of audiences: what they compile to, what is refused, what the record keeps."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rendering import Macros, Refusal

PROJECT = Path(__file__).resolve().parents[1]
MODELS = PROJECT / "models" / "intermediate" / "audiences"
SEEDS = PROJECT / "seeds" / "reference"
MACROS = Macros(("adapters", ".", "audiences"))
AS_OF = date(2024, 6, 30)

# Making a failing case smaller takes minutes, and the cases are small.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

Rule = dict[str, Any]
Person = dict[str, Any]

COLUMNS = {
    "persons": {
        "person_id": "varchar",
        "city": "varchar",
        "lifetime_orders": "integer",
        "average_order_value": "decimal(18, 4)",
        "is_advocate": "boolean",
        "last_visit_on": "date",
    },
    "person_segments": {
        "person_id": "varchar",
        "lifecycle_group": "varchar",
        "average_order_value": "decimal(18, 4)",
        "next_group": "varchar",
    },
    "upcoming_migrations": {
        "person_id": "varchar",
        "next_group": "varchar",
        "days_left": "integer",
        "change_on": "date",
    },
}
LISTED = {
    mart: [{"name": name, "type": kind.upper()} for name, kind in columns.items()]
    for mart, columns in COLUMNS.items()
}
ATTRIBUTES = MACROS.call("audience_attributes", LISTED)
KINDS = {
    "persons.city": "text",
    "lifetime_orders": "whole number",
    "persons.average_order_value": "number",
    "is_advocate": "boolean",
    "last_visit_on": "date",
    "change_on": "date",
}


def rule(text: str, group: int = 1, audience: str = "some") -> Rule:
    """A rule written as `attribute operator value`."""
    attribute, operator, *value = text.split(" ", 2)
    return {
        "audience": audience,
        "rule_group": group,
        "attribute": attribute,
        "operator": operator,
        "value": value[0] if value else None,
    }


def audience(name: str = "some", **changes: Any) -> dict[str, Any]:
    """A row of seed `audiences`."""
    return {
        "audience": name,
        "channel": "email",
        "frequency_cap": None,
        "window_days": None,
        "split_by": None,
    } | changes


def compile_rules(rules: list[Rule], audiences: list[dict] | None = None) -> list[dict]:
    """What the macros make of the rules of some audiences."""
    names = dict.fromkeys(each["audience"] for each in rules)
    return MACROS.call(
        "compile_audiences",
        audiences or [audience(name) for name in names],
        rules,
        ATTRIBUTES,
        "bounds.as_of_date",
    )


def matched(
    rules: list[Rule], persons: list[Person], audiences: list[dict] | None = None
) -> set[tuple[str, str, str]]:
    """(audience, part, person id) of the model on some persons."""
    names = dict.fromkeys(each["audience"] for each in rules)
    listed = audiences or [audience(name) for name in names]
    sql = MACROS.model(
        MODELS / "int_audiences__matched.sql",
        read_audience_columns=lambda _: LISTED,
        read_audiences=lambda _: listed,
        read_audience_rules=lambda _: rules,
    )
    with duckdb.connect() as connection:
        for mart, columns in COLUMNS.items():
            typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create table {mart} ({typed})")
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"insert into {mart} values ({marks})",
                [
                    [person.get(f"{mart}.{name}", person.get(name)) for name in columns]
                    for person in persons
                ],
            )
        connection.execute(
            f"create table int_calendar__bounds as select date '{AS_OF}' as as_of_date"
        )
        connection.execute(
            "create table int_segments__migrations (person_id varchar, scheme varchar,"
            " from_segment varchar, to_segment varchar, reason varchar,"
            " migrated_on date, next_migrated_on date)"
        )
        return set(connection.execute(sql).fetchall())


def fits(rule: Rule, person: Person) -> bool:
    """Whether a person fits a rule, in plain Python."""
    found = person.get(rule["attribute"])
    operator, value = rule["operator"], rule["value"]
    if operator in ("is_null", "is_not_null"):
        return (found is None) == (operator == "is_null")
    if found is None:
        return False
    if operator == "contains":
        return value.lower() in found.lower()
    if operator == "in_last_days":
        return AS_OF - timedelta(int(value)) < found <= AS_OF
    if operator == "in_next_days":
        return AS_OF < found <= AS_OF + timedelta(int(value))
    read = {
        "text": str,
        "whole number": int,
        "number": float,
        "boolean": lambda text: text == "true",
        "date": date.fromisoformat,
    }[KINDS[rule["attribute"]]]
    if operator in ("in", "not_in"):
        return (found in map(read, value.split("|"))) == (operator == "in")
    if operator == "between":
        low, high = map(read, value.split("|"))
        return low <= found <= high
    other = read(value)
    if operator in ("=", "!="):
        return (found == other) == (operator == "=")
    return {
        "<": lambda: found < other,
        "<=": lambda: found <= other,
        ">": lambda: found > other,
        ">=": lambda: found >= other,
    }[operator]()


# Texts that would do harm if they were ever read as SQL or Jinja.
HARMFUL = [
    "O'Brien",
    "'; drop table persons; --",
    "/* */ or 1 = 1",
    "-- nothing",
    "{{ exceptions.raise_compiler_error('read') }}",
    "{% if true %}",
    'a "quoted" word',
    "back\\slash\\'",
    "Đà Nẵng 🎁",
    "100%_",
    " ",
    "$1 ? :name",
]
TEXTS = st.sampled_from(["Huế", "huế", "Hue", *HARMFUL])
WHOLE = st.integers(-3, 6)
NUMBERS = st.integers(-8, 12).map(lambda quarters: quarters / 4)
DAYS = st.integers(-4, 4).map(lambda days: AS_OF + timedelta(days))
VALUES = {
    "text": TEXTS,
    "whole number": WHOLE.map(str),
    "number": NUMBERS.map(str),
    "boolean": st.sampled_from(["true", "false"]),
    "date": DAYS.map(str),
}
OPERATORS = MACROS.call("rule_operators")
PERSONS = st.fixed_dictionaries(
    {
        "persons.city": st.none() | TEXTS,
        "lifetime_orders": st.none() | WHOLE,
        "persons.average_order_value": st.none() | NUMBERS,
        "is_advocate": st.none() | st.booleans(),
        "last_visit_on": st.none() | DAYS,
        "change_on": st.none() | DAYS,
    }
)


@st.composite
def rules_of(draw: st.DrawFn, name: str) -> list[Rule]:
    """A few rules of an audience, in up to three groups."""
    found = []
    for _ in range(draw(st.integers(1, 5))):
        attribute = draw(st.sampled_from(sorted(KINDS)))
        kind = KINDS[attribute]
        operator = draw(
            st.sampled_from(
                [o for o, what in OPERATORS.items() if kind in what["kinds"]]
            )
        )
        one = VALUES[kind]
        value = draw(
            {
                "none": st.none(),
                "one": one,
                "days": st.integers(1, 5).map(str),
                "list": st.lists(one, min_size=1, max_size=3).map("|".join),
                "pair": st.tuples(one, one).map("|".join),
            }[OPERATORS[operator]["takes"]]
        )
        found.append(
            {
                "audience": name,
                "rule_group": draw(st.integers(1, 3)),
                "attribute": attribute,
                "operator": operator,
                "value": value,
            }
        )
    return found


@settings(max_examples=15, deadline=None, phases=PHASES)
@given(
    candidates=st.lists(st.integers(), min_size=1, max_size=5, unique=True).flatmap(
        lambda numbers: st.tuples(
            *(rules_of(f"audience_{place}") for place in range(len(numbers)))
        )
    ),
    people=st.lists(PERSONS, min_size=1, max_size=25),
)
def test_rules_say_what_plain_python_says(
    candidates: tuple[list[Rule], ...], people: list[Person]
) -> None:
    people = [{**each, "person_id": f"p{at}"} for at, each in enumerate(people)]
    rules = []
    for ours in candidates:
        groups = {each["rule_group"]: [] for each in ours}
        for each in ours:
            groups[each["rule_group"]].append(each)
        for group in groups.values():
            try:
                compile_rules(group)
            except Refusal as refusal:
                assert "nobody can fit" in str(refusal)
                # Refused only where really nobody fits.
                for person in people:
                    assert not all(fits(each, person) for each in group), group
            else:
                rules += group
    expected = {
        (each["audience"], "all", person["person_id"])
        for each in rules
        for person in people
        if all(
            fits(other, person)
            for other in rules
            if (other["audience"], other["rule_group"])
            == (each["audience"], each["rule_group"])
        )
    }
    if rules:
        assert matched(rules, people) == expected


def test_texts_that_differ_only_in_capitals_are_different_values() -> None:
    rules = [rule("city != Huế"), rule("city != HUẾ")]
    people = [
        {"person_id": city, "persons.city": city} for city in ("Huế", "HUẾ", "Vinh")
    ]
    assert matched(rules, people) == {("some", "all", "Vinh")}
    both = [rule("city = Huế"), rule("city = HUẾ")]
    with pytest.raises(Refusal, match=r"city, =, Huế\) and \(.* city, =, HUẾ\)"):
        compile_rules(both)


SMALL = {
    "text": ["Huế", "huế", "Vinh", "Quảng Ngãi"],
    "whole number": ["-1", "0", "2", "3"],
    "number": ["-0.5", "0", "1.25", "1.5"],
    "boolean": ["true", "false"],
    "date": [str(AS_OF + timedelta(days)) for days in (-2, -1, 0, 1)],
}


def test_every_operator_says_what_plain_python_says() -> None:
    rules = []
    for attribute, kind in KINDS.items():
        for operator, how in OPERATORS.items():
            if kind not in how["kinds"]:
                continue
            values = {
                "none": [None],
                "one": SMALL[kind],
                "days": ["1", "2", "3"],
                "list": [SMALL[kind][0], "|".join(SMALL[kind][1:3])],
                "pair": [
                    f"{low}|{high}"
                    for at, low in enumerate(SMALL[kind])
                    for high in SMALL[kind][at:]
                ],
            }[how["takes"]]
            rules += [
                {
                    "audience": f"audience_{len(rules) + at}",
                    "rule_group": 1,
                    "attribute": attribute,
                    "operator": operator,
                    "value": value,
                }
                for at, value in enumerate(values)
            ]
    days = [AS_OF + timedelta(days) for days in range(-4, 5)]
    people = [
        {
            "person_id": f"p{at}",
            "persons.city": [None, "HUẾ", *SMALL["text"]][at % 6],
            "lifetime_orders": [None, -2, -1, 0, 1, 2, 3, 4][at % 8],
            "persons.average_order_value": [None, -0.5, 0, 0.25, 1.25, 1.5, 9][at % 7],
            "is_advocate": [None, True, False][at % 3],
            "last_visit_on": [None, *days][at % 10],
            "change_on": [None, *days][at % 10],
        }
        for at in range(10)
    ]
    assert matched(rules, people) == {
        (each["audience"], "all", person["person_id"])
        for each in rules
        for person in people
        if fits(each, person)
    }


def test_more_audiences_than_bits_of_a_word() -> None:
    names = [f"audience_{number:03}" for number in range(130)]
    rules = [
        rule(f"lifetime_orders >= {number}", audience=name)
        for number, name in enumerate(names)
    ]
    people = [{"person_id": f"p{n}", "lifetime_orders": n} for n in (0, 59, 60, 129)]
    expected = {
        (name, "all", person["person_id"])
        for number, name in enumerate(names)
        for person in people
        if person["lifetime_orders"] >= number
    }
    assert matched(rules, people) == expected


def test_parts_are_values_of_an_attribute() -> None:
    people = [
        {"person_id": "hue", "persons.city": "Huế", "lifetime_orders": 1},
        {"person_id": "nowhere", "persons.city": None, "lifetime_orders": 1},
        {"person_id": "no_buyer", "persons.city": "Huế", "lifetime_orders": 0},
    ]
    rules = [
        rule("lifetime_orders >= 1", audience="split"),
        rule("lifetime_orders >= 1", audience="whole"),
    ]
    assert matched(
        rules, people, [audience("split", split_by="city"), audience("whole")]
    ) == {
        ("split", "Huế", "hue"),
        ("split", "unknown", "nowhere"),
        ("whole", "all", "hue"),
        ("whole", "all", "nowhere"),
    }


@pytest.mark.parametrize("text", HARMFUL)
def test_values_are_data(text: str) -> None:
    people = [
        {"person_id": "same", "persons.city": text},
        {"person_id": "other", "persons.city": f"{text}x"},
        {"person_id": "null", "persons.city": None},
    ]
    found = matched([rule(f"city = {text}")], people)
    assert found == {("some", "all", "same")}
    assert matched([rule(f"city != {text}")], people) == {("some", "all", "other")}
    assert matched([rule(f"city contains {text}")], people) == {
        ("some", "all", "same"),
        ("some", "all", "other"),
    }


def test_literals_of_spark_escape_backslashes() -> None:
    literal = MACROS.call("spark__text_literal", "a\\' or 1 = 1 --")
    assert literal == "'a\\\\\\' or 1 = 1 --'"


REFUSED = {
    "no such attribute": (["lifetime_order = 1"], "`lifetime_orders`"),
    "no such attribute: of a mart": (["persons.citty = a"], "`persons.city`"),
    "two marts": (["average_order_value > 1"], "`person_segments.average_order_value`"),
    "no such operator": (["city like a"], "not_in"),
    "no such operator: null": (["city "], "is_null"),
    "does not fit": (["city > a"], "contains"),
    "does not fit: boolean": (["is_advocate in true|false"], "= , !="),
    "does not fit: days of a number": (["lifetime_orders in_last_days 3"], "date"),
    "does not fit: contains in a date": (["change_on contains 2024"], "in_next_days"),
    "no value of this attribute: 1": (["lifetime_orders = one"], "whole number"),
    "no value of this attribute: 2": (["lifetime_orders = 1.5"], "whole number"),
    "no value of this attribute: 3": (["persons.average_order_value < 1,5"], "1.5"),
    "no value of this attribute: 4": (["change_on = 2024-02-30"], "2024-03-31"),
    "no value of this attribute: 5": (["is_advocate = yes"], "true or false"),
    "no value of this attribute: 6": (["change_on in_next_days 0"], "from 1"),
    "no value of this attribute: 7": (["change_on in_last_days -3"], "from 1"),
    "no value of this attribute: 8": (["lifetime_orders in 1||2"], "whole number"),
    "no value of this attribute: 9": (["lifetime_orders = 1 or true"], "whole number"),
    "no value of this attribute: 10": (["city in a||b"], "must be a text"),
    "value is missing": (["city = "], "is_null"),
    "takes no value": (["city is_null x"], "empty"),
    "between takes two": (["lifetime_orders between 3"], "lowest|highest"),
    "nobody can fit: 1": (["city = a", "city = b"], "groups of their own"),
    "nobody can fit: 2": (["lifetime_orders < 3", "lifetime_orders > 5"], ""),
    "nobody can fit: 3": (["lifetime_orders between 5|2"], ""),
    "nobody can fit: 4": (["city in a|b", "city not_in b|a"], ""),
    "nobody can fit: 5": (["city is_null", "persons.city = a"], ""),
    "nobody can fit: 6": (["city is_null", "city is_not_null"], ""),
    "nobody can fit: 7": (["change_on in_last_days 3", "change_on in_next_days 3"], ""),
    "nobody can fit: 8": (["lifetime_orders > 3", "lifetime_orders < 4"], ""),
    "nobody can fit: 9": (["is_advocate != true", "is_advocate != false"], ""),
    "nobody can fit: 10": (["city = abc", "city contains x"], ""),
    "nobody can fit: 11": (["change_on > 2024-01-02", "change_on < 2024-01-03"], ""),
    "nobody can fit: 12": (
        ["lifetime_orders between 1|2", "lifetime_orders not_in 2|1"],
        "",
    ),
    "nobody can fit: 13": (["lifetime_orders = 3", "lifetime_orders != 3"], ""),
    "nobody can fit: 14": (
        ["persons.average_order_value >= 2", "persons.average_order_value < 2.0"],
        "",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_broken_rules_are_refused_by_name(case: str) -> None:
    texts, remedy = REFUSED[case]
    good = rule("lifetime_orders > 1", audience="good")
    broken = [rule(text, group=7) for text in texts]
    with pytest.raises(Refusal) as refusal:
        compile_rules([good, *broken])
    message = str(refusal.value)
    assert message.startswith("Seed `audience_rules`: ")
    assert case.split(":")[0] in message
    assert remedy.replace("= ,", "=,") in message
    assert "(good" not in message
    for each in broken:
        row = (each["audience"], "7", each["attribute"], each["operator"])
        assert f"({', '.join(row)}, {each['value'] or ''})" in message


@pytest.mark.parametrize(
    "texts",
    [
        ["lifetime_orders > 3", "lifetime_orders < 5"],
        ["persons.average_order_value > 3", "persons.average_order_value < 4"],
        ["city != a", "city != b", "city contains c"],
        ["city in a|b", "city not_in b"],
        ["change_on in_last_days 3", "change_on in_last_days 9"],
        ["change_on in_last_days 3", "change_on > 2024-01-01"],
        ["is_advocate != true", "is_advocate is_not_null"],
        ["next_group = aware", "upcoming_migrations.next_group = aware"],
    ],
)
def test_rules_that_somebody_can_fit_are_taken(texts: list[str]) -> None:
    assert len(compile_rules([rule(text) for text in texts])) == 1


@pytest.mark.parametrize(
    ("audiences", "problem"),
    [
        ([audience(), audience()], "stands there twice: (some)"),
        ([audience(), audience("idle")], "has no rules: (idle)"),
        ([audience("sone")], "belongs to no audience: (some, 1, city, =, Huế)"),
        ([audience("Some One")], "named by no code: (Some One)"),
        ([audience(frequency_cap=2)], "do not fit: (some, 2, None)"),
        ([audience(frequency_cap=0, window_days=7)], "do not fit: (some, 0, 7)"),
        ([audience(channel="fax")], "no such channel: (some, fax)"),
        ([audience(split_by="citi")], "no such attribute: (some, citi)"),
    ],
)
def test_broken_audiences_are_refused_by_name(
    audiences: list[dict], problem: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        compile_rules([rule("city = Huế")], audiences)
    assert problem in str(refusal.value)


def test_nothing_is_compiled_before_the_marts_are_there() -> None:
    found = MACROS.call(
        "compile_audiences", [audience()], [rule("city = a")], {}, "today"
    )
    assert found == []


def test_built_in_audiences_say_everything_in_both_languages() -> None:
    with (SEEDS / "audiences.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    with (SEEDS / "audience_rules.csv").open(encoding="utf-8", newline="") as file:
        ruled = {row["audience"] for row in csv.DictReader(file)}
    assert {row["audience"] for row in listed} == ruled
    for row in listed:
        for words in ("label", "goal", "care_advice"):
            assert row[f"{words}_en"].isascii(), row["audience"]
            assert not row[f"{words}_vi"].isascii(), row["audience"]


# What the record says of one audience: the days of runs, and who matched on each.
RUNS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.dictionaries(
            st.sampled_from(["p1", "p2", "p3"]), st.sampled_from(["all", "north"])
        ),
    ),
    min_size=1,
    max_size=12,
)


def stays(
    record: dict[int, dict[str, str]],
) -> list[tuple[str, str, date, date | None]]:
    """The stays that a record of days says, walking from day to day."""
    found = []
    days = sorted(record)
    for key in {item for members in record.values() for item in members.items()}:
        begun = None
        for day in [*days, None]:
            is_in = day is not None and record[day].get(key[0]) == key[1]
            if is_in and begun is None:
                begun = day
            if begun is not None and not is_in:
                left = None if day is None else date(2024, 1, day)
                found.append((key[1], key[0], date(2024, 1, begun), left))
                begun = None
    return sorted(found, key=repr)


@settings(max_examples=15, deadline=None, phases=PHASES)
@given(runs=RUNS)
def test_record_is_what_each_day_found(runs: list[tuple[int, dict[str, str]]]) -> None:
    first, later = (
        MACROS.model(
            MODELS / "int_audiences__memberships.sql",
            is_there=lambda _, has=has: has,
            this="memberships",
        )
        for has in (False, True)
    )
    record: dict[int, dict[str, str]] = {}
    with duckdb.connect() as connection:
        connection.execute("create table int_calendar__bounds (as_of_date date)")
        connection.execute(
            "create table int_audiences__matched"
            " (audience varchar, part varchar, person_id varchar)"
        )
        sql = first
        for day, members in runs:
            connection.execute("truncate int_calendar__bounds")
            connection.execute("truncate int_audiences__matched")
            connection.execute(
                "insert into int_calendar__bounds values (?)", [date(2024, 1, day)]
            )
            for person, part in members.items():
                connection.execute(
                    "insert into int_audiences__matched values ('some', ?, ?)",
                    [part, person],
                )
            record = {on: who for on, who in record.items() if on < day}
            record[day] = members
            for _ in ("run", "run again"):
                connection.execute(f"create table next as {sql}")
                connection.execute("drop table if exists memberships")
                connection.execute("alter table next rename to memberships")
                sql = later
                found = connection.execute(
                    "select part, person_id, entered_on, left_on from memberships"
                ).fetchall()
                assert sorted(found, key=repr) == stays(record)
