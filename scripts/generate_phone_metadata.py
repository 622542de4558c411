"""Writes macros/identity/phone_metadata.sql out of the metadata of `phonenumbers`.

    python scripts/generate_phone_metadata.py

The library says for every region and type of number which digits are valid, in some
thousand regular expressions. An SQL engine gets one expression per calling code, which
says what `phonenumbers.is_valid_number` says of its numbers. To that end the library's
expressions are read as sets of digit strings, put together as the library does, and
written down again.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS
from phonenumbers import PhoneMetadata

try:
    from re import _parser as expressions
except ImportError:  # Python before 3.11
    import sre_parse as expressions

TARGET = Path(__file__).parents[1] / "macros" / "identity" / "phone_metadata.sql"
MAX_DIGITS = 17
TYPES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)

HEADER = """\
{{#-
    What the library phonenumbers {version} knows of the numbers of the world, as
    regular expressions over digits. Do not edit: scripts/generate_phone_metadata.py
    writes this file.

    regions: by ISO 3166 code, of numbers written for use inside of the region:
        code: its calling code;
        dial_out: what is dialled before a foreign calling code;
        possible: numbers of a plausible form, without a trunk prefix;
        longest: digits of the longest possible number;
        local: [pattern, replacement] of numbers that lack their area code, if any.
    trunk: what is dialled before a number inside of the countries with these calling
        codes (prefix), and a form of the number after it (kept).
    valid: by calling code, the numbers in use, without a trunk prefix.
-#}}
"""


class Digits:
    """A set of strings of digits, as a graph without cycles; equal sets are one object.

    Args:
        has_empty: Whether the empty string is in the set.
        after: For every digit, what may follow it; None if the digit is not allowed.
    """

    _known: dict[tuple[bool, tuple[Digits | None, ...]], Digits] = {}  # noqa: RUF012

    has_empty: bool
    after: tuple[Digits | None, ...]

    def __new__(cls, has_empty: bool, after: tuple[Digits | None, ...]) -> Digits:
        key = (has_empty, after)
        if key not in cls._known:
            node = super().__new__(cls)
            node.has_empty, node.after = has_empty, after
            cls._known[key] = node
        return cls._known[key]


Maybe = Digits | None  # None is the empty set
EMPTY = Digits(True, (None,) * 10)


def node(has_empty: bool, after: list[Maybe]) -> Maybe:
    """The set with these strings; None if there are none."""
    return Digits(has_empty, tuple(after)) if has_empty or any(after) else None


@cache
def union(left: Maybe, right: Maybe) -> Maybe:
    """What is in either set."""
    if left is right or right is None:
        return left
    if left is None:
        return right
    pairs = zip(left.after, right.after, strict=True)
    return node(left.has_empty or right.has_empty, [union(*pair) for pair in pairs])


@cache
def common(left: Maybe, right: Maybe) -> Maybe:
    """What is in both sets."""
    if left is right or left is None or right is None:
        return left if left is right else None
    pairs = zip(left.after, right.after, strict=True)
    return node(left.has_empty and right.has_empty, [common(*pair) for pair in pairs])


@cache
def without(left: Maybe, right: Maybe) -> Maybe:
    """What is in the left set only."""
    if left is right or left is None or right is None:
        return None if left is right else left
    pairs = zip(left.after, right.after, strict=True)
    return node(
        left.has_empty and not right.has_empty, [without(*pair) for pair in pairs]
    )


@cache
def then(left: Maybe, right: Maybe) -> Maybe:
    """A string of the left set followed by one of the right."""
    if left is None or right is None:
        return None
    joined = node(False, [then(after, right) for after in left.after])
    return union(joined, right) if left.has_empty else joined


def any_of(digits: set[int]) -> Maybe:
    """The strings of one of these digits."""
    return node(False, [EMPTY if digit in digits else None for digit in range(10)])


@cache
def of_lengths(lengths: tuple[int, ...]) -> Maybe:
    """All strings of some lengths."""
    found, strings = None, EMPTY
    for length in range(max(lengths) + 1):
        found = union(found, strings) if length in lengths else found
        strings = then(any_of(set(range(10))), strings)
    return found


def starting_with(prefixes: Maybe) -> Maybe:
    """All strings that begin with one of these."""
    return then(prefixes, of_lengths(tuple(range(MAX_DIGITS + 1))))


@cache
def read(pattern: str) -> Maybe:
    """The strings that a regular expression matches as a whole."""
    return read_all(expressions.parse(pattern))


def read_all(parts: list) -> Maybe:
    """The strings of parsed parts, one after the other."""
    strings = EMPTY
    for operation, argument in parts:
        strings = then(strings, read_one(str(operation), argument))
    return strings


def read_one(operation: str, argument: object) -> Maybe:
    """The strings of one part of a parsed regular expression."""
    if operation == "SUBPATTERN":
        return read_all(argument[3])
    if operation == "BRANCH":
        found = None
        for alternative in argument[1]:
            found = union(found, read_all(alternative))
        return found
    if operation == "MAX_REPEAT":
        fewest, most, repeated = argument
        once, rest, strings = read_all(repeated), EMPTY, EMPTY
        for _ in range(most - fewest):
            rest = union(EMPTY, then(once, rest))
        for _ in range(fewest):
            strings = then(strings, once)
        return then(strings, rest)
    if operation == "AT":  # the end of the text, where all patterns end
        return EMPTY
    return any_of(digits_of(argument if operation == "IN" else [(operation, argument)]))


def digits_of(items: list[tuple[object, Any]]) -> set[int]:
    """The digits that a class of characters holds.

    Args:
        items: Of the parsed class: kind and value of each.

    Raises:
        ValueError: It holds something else than digits.
    """
    digits: set[int] = set()
    for kind, value in items:
        if str(kind) == "LITERAL":
            digits.add(value - ord("0"))
        elif str(kind) == "RANGE":
            digits.update(range(value[0] - ord("0"), value[1] - ord("0") + 1))
        elif str(kind) in ("CATEGORY", "CATEGORY_DIGIT"):
            digits.update(range(10))
        else:
            raise ValueError(f"{kind} in a pattern of digits")
    return digits


def of_description(description: phonenumbers.PhoneNumberDesc | None) -> Maybe:
    """The numbers that a description of the library matches."""
    if description is None or not description.national_number_pattern:
        return None
    numbers = read(description.national_number_pattern)
    if description.possible_length:
        numbers = common(numbers, of_lengths(tuple(description.possible_length)))
    return numbers


def metadata_of(code: int, region: str) -> PhoneMetadata:
    """The library's metadata of a region."""
    return PhoneMetadata.metadata_for_region_or_calling_code(code, region)


def valid_in_region(metadata: PhoneMetadata) -> Maybe:
    """The valid numbers of a region: of any type, and of its general form."""
    numbers = None
    for number_type in TYPES:
        numbers = union(numbers, of_description(getattr(metadata, number_type)))
    return common(numbers, of_description(metadata.general_desc))


@cache
def valid_numbers(code: int) -> Maybe:
    """The valid numbers of a calling code.

    Where regions share it, the first decides that has the leading digits of the number
    or, if it has none of its own, to which the number is valid.
    """
    if len(REGIONS[code]) == 1:
        return valid_in_region(metadata_of(code, REGIONS[code][0]))
    undecided, numbers = of_lengths(tuple(range(MAX_DIGITS + 1))), None
    for region in REGIONS[code]:
        metadata = metadata_of(code, region)
        valid = valid_in_region(metadata)
        decided = valid
        if metadata.leading_digits is not None:
            decided = starting_with(read(metadata.leading_digits))
        numbers = union(numbers, common(undecided, common(decided, valid)))
        undecided = without(undecided, decided)
    return numbers


@cache
def lengths_of_any(numbers: Digits) -> tuple[int, ...] | None:
    """The lengths of the strings, where the length alone decides; or else None."""
    if numbers is EMPTY:
        return (0,)
    if len(set(numbers.after)) > 1:
        return None
    lengths = lengths_of_any(numbers.after[0])
    if lengths is None:
        return None
    return (0,) * numbers.has_empty + tuple(length + 1 for length in lengths)


def tails_of(numbers: Maybe, found: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """The lengths of what may follow the last digit that decides anything."""
    if numbers is not None and lengths_of_any(numbers) is not None:
        found.add(lengths_of_any(numbers))
    elif numbers is not None:
        for after in set(numbers.after):
            tails_of(after, found)
    return found


def heads_of(numbers: Maybe, tail: tuple[int, ...]) -> Maybe:
    """The digits that decide, of those numbers that have this tail after them."""
    if numbers is None:
        return None
    if lengths_of_any(numbers) is not None:
        return EMPTY if lengths_of_any(numbers) == tail else None
    is_end = numbers.has_empty and tail == (0,)
    return node(is_end, [heads_of(after, tail) for after in numbers.after])


def write_tail(lengths: tuple[int, ...]) -> str:
    """A regular expression for any digits of these lengths."""
    if lengths == (0,):
        return ""
    if all(after == before + 1 for before, after in pairwise(lengths)):
        low, high = lengths[0], lengths[-1]
        return f"[0-9]{{{low}}}" if low == high else f"[0-9]{{{low},{high}}}"
    return "(?:" + "|".join(write_tail((length,)) for length in lengths) + ")"


def write_class(digits: list[int]) -> str:
    """A regular expression for one of some digits, in rising order."""
    text = "".join(map(str, digits))
    for low in range(10):
        for high in range(9, low + 1, -1):
            text = text.replace("0123456789"[low : high + 1], f"{low}-{high}")
    return text if len(digits) == 1 else f"[{text}]"


@cache
def waypoints(numbers: Digits) -> tuple[Digits, ...]:
    """The sets that every string of a set passes on its way, itself first."""
    if numbers.has_empty:
        return (numbers,)
    ways = [waypoints(after) for after in set(numbers.after) if after is not None]
    shared = [step for step in ways[0] if all(step in way for way in ways)]
    return (numbers, *shared)


@cache
def write_set(numbers: Digits, goal: Maybe = None) -> str:
    """A regular expression for a set, or for its strings as far as a waypoint."""
    if numbers is goal or (goal is None and numbers is EMPTY):
        return ""
    way = waypoints(numbers)
    if len(way) > 1 and way[1] is not goal:
        return write_set(numbers, way[1]) + write_set(way[1], goal)
    digits_before: dict[Digits, list[int]] = {}
    for digit, after in enumerate(numbers.after):
        if after is not None:
            digits_before.setdefault(after, []).append(digit)
    alternatives = [
        write_class(digits) + write_set(after, goal)
        for after, digits in digits_before.items()
    ]
    text = "|".join(alternatives)
    if numbers.has_empty:
        return f"(?:{text})?"
    return text if len(alternatives) == 1 else f"(?:{text})"


def write_numbers(numbers: Digits) -> str:
    """A regular expression for a set of numbers, grouped by what follows its heads."""
    groups = [
        write_set(heads_of(numbers, tail)) + write_tail(tail)
        for tail in sorted(tails_of(numbers, set()))
    ]
    return "|".join(groups)


def strings_of(numbers: Digits, limit: int) -> list[str] | None:
    """All strings of a set; None if there are more than the limit."""
    found, ends = [], [("", numbers)]
    while ends and len(found) <= limit:
        text, rest = ends.pop()
        if rest.has_empty:
            found.append(text)
        ends += [
            (f"{text}{digit}", after)
            for digit, after in enumerate(rest.after)
            if after is not None
        ]
    return None if len(found) > limit else found


def trunk_prefixes(code: int) -> list[str]:
    """What callers inside of a country dial before a number, carrier codes apart.

    None where the library would take a longer prefix (a carrier code) off numbers that
    begin like valid ones, as in Colombia.
    """
    metadata = metadata_of(code, REGIONS[code][0])
    pattern = metadata.national_prefix_for_parsing
    if not pattern:
        return []
    prefixes = read(pattern)
    if "(" not in pattern.replace("(?:", ""):
        found = sorted(strings_of(prefixes, 3) or [])
        return [
            prefix
            for prefix, longer in zip(found, [*found[1:], ""], strict=True)
            if not longer.startswith(prefix) and len(prefix) < 3
        ]
    prefix = metadata.national_prefix or ""
    firsts = [d for d, after in enumerate(valid_numbers(code).after) if after]
    is_taken = any(common(prefixes, read(f"{prefix}{first}")) for first in firsts)
    return [] if is_taken or not prefix else [prefix]


def kept_lengths(code: int, prefix: str) -> list[int] | None:
    """How long a number is that has a trunk prefix before it, where that must be asked.

    Returns:
        None if no valid number begins like the prefix; else those lengths of valid
        numbers at which the prefix cannot be part of one itself.
    """
    rest = starting_with(any_of(set(range(1, 10))))
    alike = common(valid_numbers(code), then(read(prefix), rest))
    if alike is None:
        return None
    lengths = range(1, MAX_DIGITS)
    whole = common(valid_numbers(code), rest)
    return [
        length
        for length in lengths
        if common(whole, of_lengths((length,)))
        and not common(alike, of_lengths((length + len(prefix),)))
    ]


def trunk_rules() -> list[dict[str, str]]:
    """How trunk prefixes are taken off: a rule for each and what it leaves."""
    codes_of: dict[tuple[str, str], list[str]] = {}
    for code in sorted(REGIONS):
        for prefix in trunk_prefixes(code):
            lengths = kept_lengths(code, prefix)
            if lengths is None:
                kept = "[1-9][0-9]*"
            else:
                kept = "|".join(f"[1-9][0-9]{{{length - 1}}}" for length in lengths)
                if len(lengths) > 2:  # too much depends on it: Belarus
                    continue
            codes_of.setdefault((prefix, kept), []).append(str(code))
    return [
        {"prefix": prefix, "kept": kept, "codes": "|".join(codes)}
        for (prefix, kept), codes in sorted(codes_of.items())
    ]


def write_plain(pattern: str) -> str:
    """A pattern of the library without backslashes and without groups to remember."""
    return re.sub(r"\((?!\?)", "(?:", pattern).replace("\\d", "[0-9]")


def region_of(code: int, region: str) -> dict[str, object]:
    """What is needed of a region to read numbers that are written for use inside."""
    metadata = metadata_of(code, region)
    described: dict[str, object] = {
        "code": str(code),
        "dial_out": write_plain(metadata.international_prefix),
        "possible": write_plain(metadata.general_desc.national_number_pattern),
        "longest": max(metadata.general_desc.possible_length),
    }
    rule = metadata.national_prefix_transform_rule
    local = re.match(r"\(([^()]*)\)\$", metadata.national_prefix_for_parsing or "")
    if local and rule != "\\1":
        described["local"] = [f"({write_plain(local[1])})", rule.replace("\\1", "{1}")]
    return described


def json_lines(values: dict[str, object]) -> str:
    """The inside of a JSON object, one key a line."""
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value)}" for name, value in values.items()
    )


def render() -> str:
    """The whole macro file."""
    regions = {
        region: region_of(code, region)
        for code, names in REGIONS.items()
        for region in names
        if region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    }
    lines = [
        HEADER.format(version=phonenumbers.__version__),
        "{%- macro phone_metadata() -%}",
        "{%- set metadata -%}",
        "{",
        '"regions": {',
        json_lines({name: regions[name] for name in sorted(regions)}),
        "},",
        '"trunk": [',
        ",\n".join(map(json.dumps, trunk_rules())),
        "],",
        '"valid": {',
        json_lines(
            {str(code): write_numbers(valid_numbers(code)) for code in sorted(REGIONS)}
        ),
        "}",
        "}",
        "{%- endset -%}",
        "{{ return(fromjson(metadata)) }}",
        "{%- endmacro -%}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render(), encoding="utf-8")
