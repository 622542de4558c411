"""The seeds of Vietnamese provinces are complete; no text stands for two of them."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import duckdb
import pytest
from rendering import Macros

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "reference"
MACROS = Macros(("adapters", "."))

# What became of the 63 units on 1 July 2025; those not named stayed what they were.
MERGED = {
    "Tuyên Quang": ["Hà Giang"],
    "Lào Cai": ["Yên Bái"],
    "Thái Nguyên": ["Bắc Kạn"],
    "Phú Thọ": ["Vĩnh Phúc", "Hòa Bình"],
    "Bắc Ninh": ["Bắc Giang"],
    "Hưng Yên": ["Thái Bình"],
    "Hải Phòng": ["Hải Dương"],
    "Ninh Bình": ["Hà Nam", "Nam Định"],
    "Quảng Trị": ["Quảng Bình"],
    "Đà Nẵng": ["Quảng Nam"],
    "Quảng Ngãi": ["Kon Tum"],
    "Gia Lai": ["Bình Định"],
    "Khánh Hòa": ["Ninh Thuận"],
    "Lâm Đồng": ["Đắk Nông", "Bình Thuận"],
    "Đắk Lắk": ["Phú Yên"],
    "Hồ Chí Minh": ["Bình Dương", "Bà Rịa - Vũng Tàu"],
    "Đồng Nai": ["Bình Phước"],
    "Tây Ninh": ["Long An"],
    "Cần Thơ": ["Sóc Trăng", "Hậu Giang"],
    "Vĩnh Long": ["Bến Tre", "Trà Vinh"],
    "Đồng Tháp": ["Tiền Giang"],
    "Cà Mau": ["Bạc Liêu"],
    "An Giang": ["Kiên Giang"],
}


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROVINCES = seed("vietnam_provinces")
TODAY = [row for row in PROVINCES if row["is_current"] == "true"]
BEFORE = [row for row in PROVINCES if row["is_current"] == "false"]


def keys_of(texts: list[str]) -> list[str]:
    """What macro `province_key` makes of texts."""
    sql = MACROS.call("province_key", "written")
    rows = duckdb.execute(
        f"select {sql} from (select unnest($1::varchar[]) as written)", [texts]
    )
    return [key for (key,) in rows.fetchall()]


@pytest.mark.parametrize(("rows", "number"), [(TODAY, 34), (BEFORE, 63)])
def test_all_units_are_there(rows: list[dict[str, str]], number: int) -> None:
    assert len(rows) == number
    assert len({row["province_code"] for row in rows}) == number
    assert len({row["province_name"] for row in rows}) == number
    assert len({row["iso_code"] for row in rows}) == number
    assert all(len(row["province_code"]) == 2 for row in rows)


def test_every_old_unit_became_part_of_one_of_today() -> None:
    names = {row["province_code"]: row["province_name"] for row in TODAY}
    became = {row["province_name"]: names[row["current_code"]] for row in BEFORE}
    merged = {old: new for new, olds in MERGED.items() for old in olds}
    assert len(merged) == 63 - 34
    assert became == {name: merged.get(name, name) for name in became}
    assert all(row["current_code"] == row["province_code"] for row in TODAY)


def test_a_code_leads_to_one_unit_of_today_whichever_list_it_is_of() -> None:
    today = {row["province_code"] for row in TODAY}
    for row in BEFORE:
        if row["province_code"] in today:
            assert row["current_code"] == row["province_code"]


def test_no_text_stands_for_two_units() -> None:
    codes = {row["province_name"]: row["current_code"] for row in PROVINCES}
    texts = [(row["province_name"], row["current_code"]) for row in PROVINCES]
    texts += [(row["iso_code"], row["current_code"]) for row in PROVINCES]
    texts += [(row["province_code"], row["current_code"]) for row in PROVINCES]
    texts += [
        (str(int(row["province_code"])), row["current_code"]) for row in PROVINCES
    ]
    aliases = seed("vietnam_province_aliases")
    texts += [(row["alias"], codes[row["province_name"]]) for row in aliases]
    meant: dict[str, set[str]] = {}
    for key, (_, code) in zip(keys_of([text for text, _ in texts]), texts, strict=True):
        meant.setdefault(key, set()).add(code)
    assert {key: found for key, found in meant.items() if len(found) > 1} == {}
    assert "" not in meant
    alias_keys = keys_of([row["alias"] for row in aliases])
    assert len(set(alias_keys)) == len(alias_keys)
    assert not set(alias_keys) & set(keys_of(list(codes)))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spellings_of_a_name_are_one(form: str) -> None:
    spellings = {
        "hochiminh": ["TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh", "Ho Chi Minh City"],
        "hcm": ["TPHCM", "TP.HCM", "Tp Hcm", "TP HCM, Việt Nam"],
        "binhduong": [
            "Tỉnh Bình Dương",
            "BÌNH DƯƠNG",
            "binh-duong",
            "Binh Duong Province",
        ],
        "dongnai": ["Đồng Nai", "ĐỒNG NAI", "đồng  nai", "Dong Nai", "tỉnh Đồng-Nai"],
        "bariavungtau": [
            "Bà Rịa - Vũng Tàu",
            "Bà Rịa\u2013Vũng Tàu",
            "Ba Ria Vung Tau",
        ],
        "hue": ["Huế", "TP Huế", "Thành phố Huế", "HUE CITY"],
        "uuuo": ["Ư ữ ự ơ"],
    }
    for key, texts in spellings.items():
        written = [unicodedata.normalize(form, text) for text in texts]
        assert keys_of(written) == [key] * len(texts)


def test_words_of_profiles_have_one_meaning_each() -> None:
    sql = MACROS.call("fold_text", "word")
    words = [(row["attribute"], row["word"]) for row in seed("profile_words")]
    rows = duckdb.execute(
        f"select attribute, {sql} from (select unnest($1::varchar[]) as attribute,"
        " unnest($2::varchar[]) as word)",
        [[attribute for attribute, _ in words], [word for _, word in words]],
    )
    found = rows.fetchall()
    assert len(set(found)) == len(found)
    # Two letters are an ISO code: Mỹ would be taken for Malaysia's.
    short = {word for attribute, word in found if attribute == "country"}
    assert {word for word in short if len(word) < 3} == {"vn", "uk"}
