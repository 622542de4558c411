"""Macro `to_e164` says what the library `phonenumbers` says, whatever way of writing.

The macro is rendered without dbt, and its SQL runs on DuckDB. Numbers are checked many
at a time, because a query takes a while to get ready.
"""

# ruff: noqa: RUF001 (digits of other scripts are meant)

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import duckdb
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from rendering import Macros

from scripts import generate_phone_metadata

MACROS = Macros()

Converted = dict[str, str | None]

# First digits of Vietnamese mobile numbers that changed in 2018, old and new.
NEW_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058",
    "0199": "059",
}  # fmt: skip

# By region: calling code, numbers as they are written at home, the same without spaces
# and trunk prefix.
AT_HOME = {
    "VN": ("84", {"0912 345 678": "912345678", "028 3822 9999": "2838229999"}),
    "US": ("1", {"(650) 253-0000": "6502530000", "1-212-736-5000": "2127365000"}),
    "GB": ("44", {"020 7946 0018": "2079460018", "07400 123456": "7400123456"}),
    "FR": ("33", {"01 42 68 53 00": "142685300", "06.12.34.56.78": "612345678"}),
    "DE": ("49", {"030 901820": "30901820", "0151/23456789": "15123456789"}),
    "JP": ("81", {"03-3581-4321": "335814321", "090-1234-5678": "9012345678"}),
    "KR": ("82", {"02-2133-1234": "221331234", "010-2000-0000": "1020000000"}),
    "CN": ("86", {"010 6655 2233": "1066552233", "131 2345 6789": "13123456789"}),
    "TH": ("66", {"02 123 4567": "21234567", "081 234 5678": "812345678"}),
    "SG": ("65", {"6123 4567": "61234567", "8123 4567": "81234567"}),
    "AU": ("61", {"(02) 9374 4000": "293744000", "0412 345 678": "412345678"}),
    "IN": ("91", {"022 2654 1111": "2226541111", "098765 43210": "9876543210"}),
    "IT": ("39", {"06 6982 0000": "0669820000", "312 345 6789": "3123456789"}),
    "RU": ("7", {"8 (495) 123-45-67": "4951234567", "8 912 345-67-89": "9123456789"}),
    "ID": ("62", {"021 1234567": "211234567", "0812-345-678": "812345678"}),
}

# By region: numbers that lack their area code, or may lack their calling code or not.
WITHOUT_PLUS = {
    "AG": {"724 1234": "+12687241234", "1 284 300 1234": "+12843001234"},
    "AT": {"43123456": "+43123456", "430123456789": None},
    "BR": {"55500123456": "+55500123456", "55040041234": None},
    "DE": {"4901234567": "+494901234567", "49015123456789": "+4915123456789"},
    "HU": {"36123456": "+3636123456"},
    "RU": {
        "73011234567": "+73011234567",
        "783011234567": "+73011234567",
        "78712345678": "+78712345678",
    },
}

# A way of writing a number that is known at home as `home`, by its calling code and its
# digits without trunk prefix.
ABROAD = [
    "+{code}{digits}",
    "+{code} {spaced}",
    "+{code}-{digits}",
    "00{code}{digits}",
    "00 {code} {spaced}",
    "+{code}.{digits} ext. 3",
    "tel:+{code}-{digits}",
    "Tel: +{code} {spaced} x12",
    "(+{code}) {spaced}",
]

VIETNAMESE = """
0912345678; 0912 345 678; 0912.345.678; 0912-345-678; 091 2345678; (0912) 345 678
912345678; 84912345678; 84 912 345 678; +84912345678; +84 912 345 678; 0084912345678
+84 (0) 912 345 678; +840912345678; 840912345678; (+84) 0912 345 678; 84 0912.345.678
０９１２３４５６７８; ＋８４９１２３４５６７８; ０９１２－３４５－６７８
+84\u00a0912\u00a0345\u00a0678; 0912345678\u00a0; \t0912345678
0912\u2013345\u2013678; \u202a0912345678\u202c; 0912345678\u200b; \ufeff0912345678
0912/345/678; [091] 2345678; 0912 345 67\u0668; tel:0912345678; Phone: 0912345678
DT 0912345678; 0912345678.; 0912345678,
0912345678 x12; 0912345678 ext. 3; 0912345678 ext 345; 0912345678#22; 0912345678;ext=7
0912345678,,3; 0912345678 extension 44; 0912345678 x1/x2; 0912 345 678 - 12#
0912345678, 1; 0912345678 -1#; 0912345678;2
+84 28 3822 9999; 028 38229999; (028) 3822-9999; 02838229999; 2838229999; 842838229999
0243 825 3531; 1900 1234; 1800 6001; 18001234; +84 1900 545 415; 069 12345
0247 300 8866; ٠٩١٢٣٤٥٦٧٨; ๐๙๑๒๓๔๕๖๗๘
០៩១២៣៤៥៦៧៨; 0912-FLOWER; 1900 MAILIN; 0912 34a5 678
+886 912 345 678; 0086 131 2345 6789; +1 650-253-0000; 001 650 253 0000; +++84912345678
"""

INVALID = """
;  ; 0; 00; 000; +; +84; 12; 113; 115; 0000000000; 1111111111; 0123456789; 0912~345~678
091234567; 09123456789; 0912 345 67; +84 91234567; +84 9123456789; 0091 2345; 0812
phone; none; n/a; -; ...; a@b.vn; 0912345678 or 0987654321; 0912345678 0987654321
0912345678/0987654321; 0912345678, 0987654321; số 0912345678 à; 09123 45678 Hà Nội
+0912345678; +0 912 345 678; +00; + 999 123456; +210 1234567; 00999123456
+1 123 456 7890; +44 20 7946 00181234; +33 1 42 68 53
+65 1234 5678; 0193456789; 02001234567; 0012
9.12E+08; 912345678.0; 0912x345678; 8400912; 84; 0084; x12; ext. 3; +84 0; ++; +-+
(650) 253-0000; 0912_345_678; 0912:345:678; 0912\t345\t678; 1900 MAILINH
"""


def split(text: str) -> list[str]:
    """The numbers of a text, which stand between `; ` or line ends."""
    return re.split("; |\n", text.strip("\n"))


class Converter:
    """Macro `to_e164` for one default region, on an engine of its own.

    Args:
        region: ISO 3166 code.
    """

    def __init__(self, region: str) -> None:
        self.sql = MACROS.call("to_e164", "phone", default_region=region)
        self.engine = duckdb.connect(config={"threads": 1})

    def __call__(self, phones: Iterable[str]) -> Converted:
        rows = self.engine.execute(
            f"select phone, {self.sql} from (select unnest($1::varchar[]) as phone)",
            [sorted(set(phones))],
        )
        return dict(rows.fetchall())


@cache
def converter(region: str) -> Converter:
    """The converter of a region, made once."""
    return Converter(region)


def by_library(phone: str, region: str) -> str | None:
    """What the library makes of a number, and of the new one instead of an old one."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    old = re.fullmatch(r"\+84(1\d\d)(\d{7})", written)
    if old and f"0{old[1]}" in NEW_PREFIXES:
        written = f"+84{NEW_PREFIXES[f'0{old[1]}'][1:]}{old[2]}"
        number = phonenumbers.parse(written)
    return written if phonenumbers.is_valid_number(number) else None


def assert_agrees(phones: Iterable[str], region: str = "VN") -> Converted:
    """Macro and library say the same of all these numbers; returns what they say."""
    converted = converter(region)(phones)
    expected = {phone: by_library(phone, region) for phone in converted}
    assert converted == expected
    return converted


def spaced(digits: str) -> str:
    """Digits in groups of three."""
    return " ".join(re.findall(".{1,3}", digits))


def test_numbers_written_at_home() -> None:
    for region, (code, numbers) in AT_HOME.items():
        converted = assert_agrees(numbers, region)
        for home, digits in numbers.items():
            assert converted[home] == f"+{code}{digits}"


def test_codes_that_are_left_out_at_home_or_written_without_a_plus() -> None:
    for region, numbers in WITHOUT_PLUS.items():
        assert assert_agrees(numbers, region) == numbers


def test_numbers_of_fifteen_countries_written_from_abroad() -> None:
    expected = {
        way.format(code=code, digits=digits, spaced=spaced(digits)): f"+{code}{digits}"
        for code, numbers in AT_HOME.values()
        for digits in numbers.values()
        for way in ABROAD
    }
    assert len(expected) == 15 * 2 * len(ABROAD)
    assert assert_agrees(expected) == expected


def test_trunk_prefix_kept_after_the_calling_code() -> None:
    expected = {
        f"+{code} ({trunk}) {digits}": f"+{code}{digits}"
        for region, trunk in [
            *((region, "0") for region in ["VN", "GB", "FR", "DE", "JP", "KR", "AU"]),
            ("US", "1"),
            ("RU", "8"),
        ]
        for code, numbers in [AT_HOME[region]]
        for digits in numbers.values()
    }
    assert assert_agrees(expected) == expected


def test_ways_of_writing_vietnamese_numbers() -> None:
    converted = assert_agrees(split(VIETNAMESE))
    assert None not in converted.values()
    ways = [e164 for e164 in converted.values() if e164 == "+84912345678"]
    assert len(ways) > 40


def test_what_is_no_number() -> None:
    converted = assert_agrees(["", " ", *split(INVALID)])
    assert set(converted.values()) == {None}


@pytest.mark.parametrize("region", ["US", "GB", "JP", "IT"])
def test_invalid_and_foreign_numbers_read_in_another_country(region: str) -> None:
    assert_agrees([*split(VIETNAMESE), *split(INVALID)], region)


def test_old_vietnamese_mobile_numbers() -> None:
    expected = {}
    for old, new in NEW_PREFIXES.items():
        ways = [
            f"{old}3456789",
            f"{old} 345 6789",
            f"({old}) 3456789",
            f"tel:{old}3456789",
        ]
        ways += [
            f"{code}{old[1:]}3456789" for code in ("", "+84", "+84 ", "84", "0084")
        ]
        ways += [f"+84 (0) {old[1:]} 3456789", f"{old}.345.6789"]
        expected |= dict.fromkeys(ways, f"+84{new[1:]}3456789")
    assert len(expected) == 21 * 11
    assert assert_agrees(expected) == expected


def test_null_stays_null() -> None:
    sql = MACROS.call("to_e164", "cast(null as varchar)", default_region="VN")
    assert duckdb.sql(f"select {sql}").fetchall() == [(None,)]


# The library takes what it holds to be a carrier code off these countries' numbers, or
# adds an area code, also after +; the macro does so only for numbers written at home.
TRUNK_AFTER_PLUS_DIFFERS = {54, 55, 57, 241, 261, 375, 378, 672}


@cache
def examples() -> list[phonenumbers.PhoneNumber]:
    """The library's valid example of every region and type of number."""
    found = [
        phonenumbers.example_number_for_type(region, number_type)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for number_type in PhoneNumberType.values()
    ]
    return [number for number in found if number is not None]


def marked(marks: list[str]) -> Callable[[str], str]:
    """Puts a mark after every digit of a text, in turn."""

    def put(text: str) -> str:
        return "".join(
            sign + marks[place % len(marks)] if sign.isdigit() else sign
            for place, sign in enumerate(text)
        )

    return put


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A valid or nearly valid number of any region, written in some way."""
    number = draw(st.sampled_from(examples()))
    code, digits = number.country_code, phonenumbers.national_significant_number(number)
    last = draw(st.integers(0, 4))
    if last:
        digits = digits[:-last] + draw(
            st.text("0123456789", min_size=last, max_size=last)
        )
    ways = [f"+{code}{digits}", f"00{code}{digits}", f"+{code} {spaced(digits)}"]
    ways += [f"{code}{digits}", f"0{digits}", digits, f"(+{code}) {digits}"]
    ways += [
        phonenumbers.format_number(number, form)
        for form in (
            PhoneNumberFormat.INTERNATIONAL,
            PhoneNumberFormat.NATIONAL,
            PhoneNumberFormat.RFC3966,
        )
    ]
    if code not in TRUNK_AFTER_PLUS_DIFFERS:
        ways += [f"+{code} (0) {digits}", f"+{code}0{digits}", f"{code}0{digits}"]
    text = draw(st.sampled_from(ways))
    marks = draw(
        st.lists(
            st.sampled_from(["", "", "", " ", "-", ".", "\u00a0", "/"]), min_size=1
        )
    )
    changes: list[Callable[[str], str]] = [
        str,
        marked(marks),
        "Tel: {}".format,
        "({})".format,
        " {} ".format,
        "{} ext. 3".format,
        "{} x12".format,
        "{}.".format,
        lambda written: written.translate(
            str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
        ),
    ]
    return draw(st.sampled_from(changes))(text)


@given(st.lists(spellings(), min_size=40, max_size=40), st.sampled_from(["VN", "US"]))
@settings(max_examples=10, deadline=None)
def test_numbers_of_the_world_in_any_writing(phones: list[str], region: str) -> None:
    assert_agrees(phones, region)


def test_metadata_are_those_of_the_library() -> None:
    written = generate_phone_metadata.TARGET.read_text(encoding="utf-8")
    message = "run scripts/generate_phone_metadata.py"
    assert written == generate_phone_metadata.render(), message


def test_email() -> None:
    expected = {
        "an@example.com": "an@example.com",
        "  An.Nguyen@Example.COM ": "an.nguyen@example.com",
        "\tan@example.com\r\n": "an@example.com",
        "\u00a0an@example.com\u200b": "an@example.com",
        "\ufeffan@example.com\u00ad": "an@example.com",
        "an+shop@gmail.com": "an+shop@gmail.com",
        "a.n@gmail.com": "a.n@gmail.com",
        "o'brien@mail.co.uk": "o'brien@mail.co.uk",
        "ĐẶNG@ví-dụ.vn": "đặng@ví-dụ.vn",
        "an@example": None,
        "an@.com": None,
        "an@example.": None,
        "an@example..com": None,
        "@example.com": None,
        "an@@example.com": None,
        "an@home@example.com": None,
        "an nguyen@example.com": None,
        "an@exam ple.com": None,
        "an@exam\u200bple.com": None,
        "an@example.com, binh@example.com": None,
        "an.example.com": None,
        "none": None,
        " ": None,
        "": None,
    }
    sql = MACROS.call("normalised_email", "email")
    rows = duckdb.execute(
        f"select email, {sql} from (select unnest($1::varchar[]) as email)",
        [list(expected)],
    )
    assert dict(rows.fetchall()) == expected
