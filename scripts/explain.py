"""Tells the whole story of one person in plain words, out of the marts alone.

    python scripts/explain.py --customer c123 [--system shop] [--language vi]
    python scripts/explain.py --person 02RoSdM2fN0I [--from published/marts.duckdb]

Who the person is and what linked their identifiers, every order and what it counted
for, every stay in a group with the values and the limits of its rule, what comes next
and what would change it, and which of their rows could not be used.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from one_at_a_time import is_there
from reporting.texts import FAULTS, LANGUAGES, REASONS, Names, names_of

Row = dict[str, Any]

TEXTS: dict[str, tuple[str, str]] = {
    "nobody": (
        "Nobody has ordered three times yet.",
        "Chưa có ai mua đủ ba lần.",
    ),
    "head": ("Person {person}, on {day}", "Người {person}, tính đến {day}"),
    "known": ("Known since {day}.", "Được ghi nhận từ {day}."),
    "reachable": (
        "May be contacted by e-mail or phone.",
        "Được phép liên hệ qua e-mail hoặc điện thoại.",
    ),
    "unreachable": (
        "May not be contacted: no e-mail or phone with consent.",
        "Không được phép liên hệ: không có e-mail hay điện thoại kèm sự đồng ý.",
    ),
    "identifiers": ("Identifiers", "Định danh"),
    "links": ("What linked them", "Điều gì liên kết chúng"),
    "link": (
        "{day}: {table} {key} names {one} and {other}.",
        "{day}: {table} {key} có cả {one} và {other}.",
    ),
    "orders": (
        "Orders: {total}, of which {counted} count today",
        "Đơn hàng: {total}, trong đó {counted} đơn đang được tính",
    ),
    "counted": ("counts", "được tính"),
    "counted_less": (
        "counts, less {refunded} refunded",
        "được tính, trừ {refunded} đã hoàn",
    ),
    "counted_until": (
        "counted until it was {ended} on {day}",
        "được tính cho đến khi {ended} ngày {day}",
    ),
    "never": ("never counts: {why}", "không được tính: {why}"),
    "cancelled": ("cancelled", "bị hủy"),
    "refunded_in_full": ("refunded in full", "hoàn tiền toàn bộ"),
    "test_order": ("a test order", "đơn thử"),
    "free_order": ("amount 0", "giá trị bằng 0"),
    "negative_amount": ("a negative amount", "giá trị âm"),
    "status": ("status {status}", "trạng thái {status}"),
    "lifecycle": ("Lifecycle, day by day", "Vòng đời, theo từng ngày"),
    "rfm": ("RFM, per period", "RFM, theo kỳ"),
    "stay": (
        "{start} to {end}, {days} days: {group}",
        "{start} đến {end}, {days} ngày: {group}",
    ),
    "stay_now": (
        "since {start}, {days} days: {group}",
        "từ {start}, {days} ngày: {group}",
    ),
    "because": ("because: {reason}", "lý do: {reason}"),
    "next": ("What comes next", "Điều gì sắp tới"),
    "moves": (
        "On {day}, in {days} days, they become {group} ({reason}) if they do nothing.",
        "Ngày {day}, sau {days} ngày nữa, họ sẽ thành {group} ({reason})"
        " nếu không có hoạt động gì.",
    ),
    "stays": (
        "They stay {group} as long as they do nothing.",
        "Họ vẫn là {group} chừng nào không có hoạt động gì.",
    ),
    "one_order": (
        "One more order today would make them {group}: {why}.",
        "Thêm một đơn hôm nay sẽ đưa họ thành {group}: {why}.",
    ),
    "one_order_keeps": (
        "One more order today would keep them {group}.",
        "Thêm một đơn hôm nay sẽ giữ họ là {group}.",
    ),
    "quarantined": (
        "Rows of theirs that could not be used: {count}",
        "Dòng dữ liệu của họ không dùng được: {count}",
    ),
    "since_order": (
        "last order {days} days before (active below {limit})",
        "đơn gần nhất cách {days} ngày (còn hoạt động nếu dưới {limit})",
    ),
    "since_order_former": (
        "last order {days} days before (lapsed from {limit}, former below {end})",
        "đơn gần nhất cách {days} ngày (ngừng mua từ {limit}, khách cũ nếu dưới {end})",
    ),
    "since_order_long": (
        "last order {days} days before, beyond the {end} of a former customer",
        "đơn gần nhất cách {days} ngày, đã quá {end} ngày của khách cũ",
    ),
    "in_window": (
        "{count} orders in {days} days ({group} from {limit})",
        "{count} đơn trong {days} ngày ({group} từ {limit})",
    ),
    "categories": (
        "{count} categories ever bought (from {limit})",
        "đã mua {count} ngành hàng (từ {limit})",
    ),
    "no_order": ("no order counts", "chưa có đơn được tính"),
    "had_intent": (
        "put something into the cart or began to pay in the last {days} days",
        "đã bỏ hàng vào giỏ hoặc bắt đầu thanh toán trong {days} ngày qua",
    ),
    "had_visit": (
        "visited in the last {days} days",
        "đã ghé thăm trong {days} ngày qua",
    ),
    "visit_or_reach": (
        "visited in the last {days} days, or can be reached",
        "đã ghé thăm trong {days} ngày qua, hoặc vẫn liên hệ được",
    ),
    "no_visit": (
        "no visit in the last {days} days, nor can they be reached as an old buyer",
        "không ghé thăm trong {days} ngày qua, cũng không phải khách cũ liên hệ được",
    ),
    "cell": ("cell {cell}", "ô {cell}"),
    "recency": (
        "last order {value} days before: recency {score} of {best}",
        "đơn gần nhất cách {value} ngày: điểm độ gần đây {score}/{best}",
    ),
    "frequency": (
        "{value} orders in {days} days: frequency {score} of {best}",
        "{value} đơn trong {days} ngày: điểm tần suất {score}/{best}",
    ),
    "monetary": (
        "{value} spent: monetary {score} of {best}",
        "chi tiêu {value}: điểm giá trị {score}/{best}",
    ),
    "average": (
        "{value} an order on average: monetary {score} of {best}",
        "trung bình {value} mỗi đơn: điểm giá trị {score}/{best}",
    ),
    "needs": (", above {bound}", ", trên {bound}"),
    "needs_days": (", less than {bound} days", ", dưới {bound} ngày"),
    "up_to": (", up to {bound}", ", không quá {bound}"),
    "up_to_days": (", at least {bound} days", ", từ {bound} ngày"),
    "not_scored": (
        "not scored on that day: scores are given at the end of a period",
        "ngày đó không chấm điểm: điểm được chấm vào cuối kỳ",
    ),
    "provisional": ("provisional: the period is open", "tạm tính: kỳ chưa kết thúc"),
    **FAULTS,
    **REASONS,
}
"""What is said, in English and Vietnamese."""


class Words:
    """Says things in one language.

    Args:
        language: `en` or `vi`.
    """

    def __init__(self, language: str) -> None:
        self.place = LANGUAGES.index(language)

    def __call__(self, name: str, **values: Any) -> str:
        """A text with its values.

        Args:
            name: A key of TEXTS; any other text is returned as it is.
            values: What stands in braces.
        """
        text = TEXTS[name][self.place] if name in TEXTS else name
        return text.format(**{key: self.value(value) for key, value in values.items()})

    def value(self, value: Any) -> str:
        """A value as people of the language write it."""
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}" if self.place else value.isoformat()
        if isinstance(value, Decimal | float):
            text = f"{value:,.2f}".removesuffix(".00")
        elif isinstance(value, int):
            text = f"{value:,}"
        else:
            return str(value)
        return text.translate(str.maketrans(",.", ".,")) if self.place else text


@dataclass
class Story:
    """All rows of the marts that tell of a person.

    Attributes:
        person: The row of `persons`.
        standing: The row of `person_segments`.
        identifiers, links, orders, history, scores, quarantined: Rows of the marts.
        upcoming: The row of `upcoming_migrations`, if there is one.
        thresholds: Lower bound by (period end, factor, score).
        rules: Value by setting.
        labels: Name of a group by (scheme, segment), in both languages.
        has_categories: Whether the shop knows categories at all.
        versions: First day and settings of each version of the rules that history was
            told under, in order; only `rules` if there are none.
    """

    person: Row
    standing: Row
    identifiers: list[Row]
    links: list[Row]
    orders: list[Row]
    history: list[Row]
    scores: dict[date, Row]
    upcoming: Row | None
    thresholds: dict[tuple[date, str, int], float | None]
    rules: dict[str, str]
    labels: Names
    quarantined: list[Row]
    has_categories: bool
    versions: list[tuple[date, dict[str, str]]] = field(default_factory=list)

    def rules_of(self, day: date) -> dict[str, str]:
        """The settings under which history was told of a day."""
        # A look back to before the last change tells all under the rules in force.
        if not self.versions or self.versions[-1][0] > self.standing["as_of_date"]:
            return self.rules
        # What lies before the data, such as a sign-up, was told under the first ones.
        told = self.versions[:1] + [each for each in self.versions if each[0] <= day]
        return told[-1][1]

    def days(self, setting: str, day: date) -> int:
        """A setting that is a whole number, as it was for a day."""
        return int(self.rules_of(day)[setting])

    def counted_on(self, day: date) -> list[Row]:
        """The orders that count at the end of a day."""
        return [
            order
            for order in self.orders
            if order["standing"] == "counted"
            and order["ordered_on"] <= day
            and (order["counts_until"] is None or order["counts_until"] > day)
        ]


class Marts:
    """Reads the marts of a publication or of a build.

    Args:
        path: The DuckDB file.

    Raises:
        SystemExit: There is no such file, or it holds no marts.
    """

    def __init__(self, path: Path) -> None:
        if not is_there(path):
            raise SystemExit(
                f"There is nothing at {path}: say where you publish to, with --from,"
                " or run `make build` first."
            )
        try:
            self.connection = duckdb.connect(str(path), read_only=True)
            schemas = self.connection.execute(
                "select schema_name from duckdb_tables() where table_name = 'segments'"
            ).fetchall()
        except duckdb.Error as error:
            raise SystemExit(
                f"{path} cannot be read; is a build still running? {error}"
            ) from error
        if not schemas:
            raise SystemExit(f"{path} holds no marts: run `make build` first.")
        self.connection.execute(f"set schema = '{schemas[0][0]}'")

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a query. Arguments: sql; values of its question marks."""
        cursor = self.connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def person_of(self, customer: str, system: str | None) -> str:
        """The person of a customer id.

        Args:
            customer: The shop's customer id.
            system: The source system; needed where several have that id.

        Returns:
            The person_id.

        Raises:
            SystemExit: Nobody has that id, or several systems have it.
        """
        found = self.rows(
            'select person_id, "system" from person_identifiers'
            " where identifier_type = 'customer_id' and identifier_value = ?"
            ' and ("system" = ? or ? is null) order by all',
            customer,
            system,
            system,
        )
        if not found:
            raise SystemExit(
                f"Nobody has the customer id {customer!r}. Erased customers have none;"
                " an id that is written otherwise may stand in person_identifiers."
            )
        if len(found) > 1:
            systems = ", ".join(row["system"] for row in found)
            raise SystemExit(
                f"{customer!r} is a customer of {systems}: say which with --system."
            )
        return found[0]["person_id"]

    def example(self) -> str | None:
        """A person with much to tell: the most moves among those who bought thrice."""
        found = self.rows(
            "select person_id, count(*) as moves from segment_migrations"
            " inner join persons using (person_id) where lifetime_orders >= 3"
            " group by person_id order by moves desc, person_id limit 1"
        )
        return found[0]["person_id"] if found else None

    def story_of(self, person_id: str) -> Story:
        """Everything that the marts hold of a person.

        Args:
            person_id: Key of the person.

        Raises:
            SystemExit: There is no such person.
        """

        def of_person(table: str, order: str) -> list[Row]:
            return self.rows(
                f"select * from {table} where person_id = ? order by {order}", person_id
            )

        persons = of_person("persons", "person_id")
        if not persons:
            merged = self.rows(
                "select surviving_person_id from person_merges"
                " where absorbed_person_id = ?",
                person_id,
            )
            hint = (
                f" They were merged into {merged[0]['surviving_person_id']}."
                if merged
                else " Use --customer to look somebody up by customer id."
            )
            raise SystemExit(f"There is no person {person_id!r}.{hint}")
        identifiers = of_person(
            "person_identifiers", "first_seen_at, identifier_type, identifier_value"
        )
        orders = of_person("orders", "ordered_on, order_id")
        scores = {
            row["period_end"]: row for row in of_person("rfm_scores", "period_end")
        }
        keys = {
            (row["identifier_type"], row["identifier_value"]) for row in identifiers
        }
        return Story(
            person=persons[0],
            standing=of_person("person_segments", "person_id")[0],
            identifiers=identifiers,
            links=of_person(
                "identity_links",
                "linked_on, source_table, record_key, identifier_value",
            ),
            orders=orders,
            history=of_person("segment_history", "scheme, valid_from"),
            scores=scores,
            upcoming=next(iter(of_person("upcoming_migrations", "change_on")), None),
            thresholds={
                (row["period_end"], row["factor"], row["score"]): row["lower_bound"]
                for row in self.rows("select * from rfm_thresholds")
                if row["period_end"] in scores
            },
            rules=self.rules,
            labels=names_of(self.rows("select * from segments")),
            quarantined=self.quarantined_of(
                {value for kind, value in keys if kind == "customer_id"},
                {value for kind, value in keys if kind == "anonymous_id"},
                {row["order_id"] for row in orders},
            ),
            has_categories=bool(
                self.rows("select 1 from orders where categories is not null limit 1")
            ),
            versions=self.versions(),
        )

    @cached_property
    def rules(self) -> dict[str, str]:
        """The settings in force."""
        return {
            row["setting"]: row["setting_value"]
            for row in self.rows("select * from rules")
        }

    def versions(self) -> list[tuple[date, dict[str, str]]]:
        """First day and settings of the versions that history is told under."""
        found: list[tuple[date, dict[str, str]]] = []
        for row in self.rows("select * from rule_versions order by recorded_at"):
            if row["change"] != "from_today":
                found = []
            if row["valid_from"]:
                found.append((row["valid_from"], json.loads(row["settings"])))
        return found

    def quarantined_of(
        self, customers: set[str], browsers: set[str], orders: set[str]
    ) -> list[Row]:
        """Unusable rows that name a customer, a browser or an order of a person.

        Args:
            customers: Their customer ids.
            browsers: Their anonymous ids.
            orders: Ids of their orders.
        """
        found = []
        for row in self.rows(
            "select * from quarantined_rows"
            " order by source_table, record_key, reason, row_json"
        ):
            # As the raw table has them: names in any case, keys perhaps as numbers,
            # which are whole when they are read (macros/raw/read_text.sql).
            raw = {
                name.lower(): str(
                    int(value)
                    if isinstance(value, float) and value.is_integer()
                    else value
                ).strip()
                for name, value in json.loads(row["row_json"]).items()
                if value is not None
            }
            if (
                raw.get("customer_id") in customers
                or raw.get("anonymous_id") in browsers
                or raw.get("order_id") in orders
            ):
                found.append(row)
        return found


class Teller:
    """Tells a story in one language.

    Args:
        story: The story.
        language: `en` or `vi`.
    """

    def __init__(self, story: Story, language: str) -> None:
        self.story = story
        self.say = Words(language)
        self.day = story.standing["as_of_date"]

    def group(self, scheme: str, segment: str) -> str:
        """What a group is called; its code where no seed names it."""
        labels = self.story.labels.get((scheme, segment), (segment, segment))
        return labels[self.say.place]

    def business_date(self, instant: datetime) -> date:
        """The date of an instant, which is UTC, in the reporting time zone."""
        zone = ZoneInfo(self.story.rules["reporting_timezone"])
        return instant.replace(tzinfo=UTC).astimezone(zone).date()

    def tell(self) -> list[str]:
        """The whole story, in lines."""
        say, story = self.say, self.story
        reach = "reachable" if story.person["is_reachable"] else "unreachable"
        return [
            say("head", person=story.person["person_id"], day=self.day),
            f"{say('known', day=story.person['first_seen_on'])} {say(reach)}",
            *self.tell_identity(),
            *self.tell_orders(),
            *self.tell_history("lifecycle"),
            *self.tell_next(),
            *self.tell_history("rfm"),
            *self.tell_quarantined(),
        ]

    def tell_identity(self) -> list[str]:
        """Identifiers and what linked them."""
        lines = ["", self.say("identifiers")]
        for row in self.story.identifiers:
            seen = row["first_seen_at"]
            when = f", {self.say.value(self.business_date(seen))}" if seen else ""
            lines.append(
                f"  {row['identifier_type']} {shortened(row['identifier_value'])}"
                f" ({row['system']}{when})"
            )
        if self.story.links:
            lines += ["", self.say("links")]
        for row in self.story.links:
            one, other = (
                f"{row[f'{side}identifier_type']}"
                f" {shortened(row[f'{side}identifier_value'])}"
                for side in ("", "linked_")
            )
            lines.append(
                "  "
                + self.say(
                    "link",
                    day=row["linked_on"],
                    table=row["source_table"],
                    key=row["record_key"],
                    one=one,
                    other=other,
                )
            )
        return lines

    def tell_orders(self) -> list[str]:
        """Every order and what it counted for."""
        counted = self.story.counted_on(self.day)
        lines = [
            "",
            self.say("orders", total=len(self.story.orders), counted=len(counted)),
        ]
        for order in self.story.orders:
            lines.append(
                f"  {self.say.value(order['ordered_on'])}  {order['order_id']}"
                f"  {self.say.value(order['order_amount'])}"
                f" {self.story.rules['reporting_currency']}: {self.standing_of(order)}"
            )
        return lines

    def standing_of(self, order: Row) -> str:
        """What an order counts for."""
        say, standing = self.say, order["standing"]
        if standing != "counted":
            known, status = standing, standing.removeprefix("unknown_")
            why = (
                say("status", status=status.removeprefix("status_"))
                if status.startswith("status_")
                else say(known)
            )
            return say("never", why=why)
        if order["counts_until"] is not None:
            ended = say(order["end_reason"])
            return say("counted_until", ended=ended, day=order["counts_until"])
        if order["refunded_amount"]:
            return say("counted_less", refunded=order["refunded_amount"])
        return say("counted")

    def tell_history(self, scheme: str) -> list[str]:
        """Every stay in a group of a scheme, with what put the person there."""
        lines = ["", self.say(scheme)]
        for stay in self.story.history:
            if stay["scheme"] != scheme:
                continue
            start, end = stay["valid_from"], stay["valid_to"]
            lines.append(
                "  "
                + self.say(
                    "stay" if end else "stay_now",
                    start=start,
                    end=end and end - timedelta(days=1),
                    days=((end or self.day + timedelta(days=1)) - start).days,
                    group=self.group(scheme, stay["segment"]),
                )
            )
            because = self.say("because", reason=self.say(stay["reason"]))
            values = (
                self.lifecycle_values(stay["segment"], start)
                if scheme == "lifecycle"
                else self.rfm_values(start)
            )
            if stay["is_provisional"]:
                values.append(self.say("provisional"))
            lines += [f"    {because}", *(f"    {value}" for value in values)]
        return lines

    def lifecycle_values(self, segment: str, day: date) -> list[str]:
        """The values and limits that put a person into a lifecycle group.

        Args:
            segment: Code of the group.
            day: The day on whose evening they came to stand there.
        """
        say, story = self.say, self.story
        counted = story.counted_on(day)
        aware, intent = (
            story.days("aware_window_days", day),
            story.days("intent_window_days", day),
        )
        if not counted:
            why = {
                "converting": [say("had_intent", days=intent)],
                "aware": [say("had_visit", days=aware)],
            }
            return [say("no_order"), *why.get(segment, [])]
        churn = story.days("churn_days", day)
        end = churn + story.days("former_hold_days", day)
        silent = (day - max(order["ordered_on"] for order in counted)).days
        if silent >= churn:
            if silent < end:
                return [say("since_order_former", days=silent, limit=churn, end=end)]
            return [
                say("since_order_long", days=silent, end=end),
                {
                    "converting": say("had_intent", days=intent),
                    "aware": say("visit_or_reach", days=aware),
                }.get(segment, say("no_visit", days=aware)),
            ]
        return [
            say("since_order", days=silent, limit=churn),
            *(line for _, line in self.order_rules(counted, day)),
        ]

    def order_rules(self, counted: list[Row], day: date) -> list[tuple[bool, str]]:
        """The rules of loyal and frequent: whether each is met, and in words.

        Args:
            counted: The orders that count on the day.
            day: The day.

        Returns:
            Loyal's orders, loyal's categories where they are asked for, and last
            frequent's orders.
        """
        story = self.story
        found = []
        for group, window, least in (
            ("loyal", "loyalty_window_days", "loyal_min_orders"),
            ("frequent", "frequency_window_days", "frequent_min_orders"),
        ):
            days, limit = story.days(window, day), story.days(least, day)
            count = sum(
                order["ordered_on"] > day - timedelta(days=days) for order in counted
            )
            line = self.say(
                "in_window",
                count=count,
                days=days,
                limit=limit,
                group=self.group("lifecycle", group),
            )
            found.append((count >= limit, line))
        if story.has_categories:
            categories = {
                category
                for order in counted
                for category in listed(order["categories"])
            }
            limit = story.days("loyal_min_categories", day)
            line = self.say("categories", count=len(categories), limit=limit)
            found.insert(1, (len(categories) >= limit, line))
        return found

    def tell_next(self) -> list[str]:
        """What will happen if they do nothing, and what one more order would do."""
        say, story = self.say, self.story
        group = story.standing["lifecycle_group"]
        lines = ["", say("next")]
        if story.upcoming:
            lines.append(
                "  "
                + say(
                    "moves",
                    day=story.upcoming["change_on"],
                    days=story.upcoming["days_left"],
                    group=self.group("lifecycle", story.upcoming["next_group"]),
                    reason=say(story.upcoming["reason"]),
                )
            )
        else:
            lines.append("  " + say("stays", group=self.group("lifecycle", group)))
        # An order of what they have bought before.
        bought = story.counted_on(self.day)
        another = {"ordered_on": self.day, "categories": None}
        *loyal, frequent = self.order_rules([*bought, another], self.day)
        better, rules = "converting", [frequent]
        if all(is_met for is_met, _ in loyal):
            better, rules = "loyal", loyal
        elif frequent[0]:
            better = "frequent"
        name = self.group("lifecycle", better)
        if better == group:
            lines.append("  " + say("one_order_keeps", group=name))
        else:
            why = ", ".join(line for _, line in rules)
            lines.append("  " + say("one_order", group=name, why=why))
        return lines

    def rfm_values(self, day: date) -> list[str]:
        """Values, scores and cut points of a period end."""
        score = self.story.scores.get(day)
        if score is None:
            has_order = bool(self.story.counted_on(day))
            return [self.say("not_scored" if has_order else "no_order")]
        window = self.story.days("rfm_window_days", day)
        lines = [self.say("cell", cell=score["rfm_cell"])]
        measure = self.story.rules_of(day).get("monetary_measure")
        money = "average" if measure == "average_order_value" else "monetary"
        for factor, text, value in (
            ("recency", "recency", score["recency_days"]),
            ("frequency", "frequency", score["frequency"]),
            ("monetary", money, score["monetary"]),
        ):
            bounds = {
                points: bound
                for (period_end, name, points), bound in self.story.thresholds.items()
                if period_end == day and name == factor
            }
            if not bounds:
                continue
            points = score[f"{factor}_score"]
            line = self.say(
                text, value=value, days=window, score=points, best=max(bounds)
            )
            lines.append(line + self.bound_in_words(factor, bounds, points))
        return lines

    def bound_in_words(
        self, factor: str, bounds: dict[int, float | None], points: int
    ) -> str:
        """What a score asks for; of the lowest, what it does not reach.

        Args:
            factor: recency, frequency or monetary.
            bounds: Lower bound by score, exclusive; of recency, less than no days.
            points: The score.
        """
        is_days = factor == "recency"
        name, bound = "needs", bounds.get(points)
        if bound is None:
            name, bound = "up_to", bounds.get(points + 1)
        if bound is None:
            return ""
        if is_days:
            name += "_days"
        return self.say(name, bound=-bound if is_days else bound)

    def tell_quarantined(self) -> list[str]:
        """Rows of theirs that could not be used."""
        rows = self.story.quarantined
        lines = ["", self.say("quarantined", count=len(rows))]
        for row in rows:
            column = f" ({row['column_name']})" if row["column_name"] else ""
            reason = self.say(row["reason"])
            lines.append(
                f"  {row['source_table']} {row['record_key']}: {reason}{column}"
            )
        return lines


def listed(text: str | None) -> list[str]:
    """The elements of a text joined by commas, those with a comma within quotes."""
    return re.findall(r'"(?:[^"]|"")*"|[^", ][^",]*', text or "")


def shortened(value: str) -> str:
    """An identifier to read: of a long one, such as a hash, the beginning."""
    return value if len(value) <= 40 else f"{value[:12]}…"


def as_page(story: Story | None) -> str:
    """A story as a page of its own, in both languages.

    Args:
        story: The story; none while nobody has one to tell.

    Returns:
        HTML that needs nothing else.
    """
    title = story.person["person_id"] if story else Words("en")("nobody")
    parts = "".join(
        f'<article id="{language}" lang="{language}"><pre>'
        + html.escape(
            "\n".join(Teller(story, language).tell())
            if story
            else Words(language)("nobody")
        )
        + "</pre></article>"
        for language in LANGUAGES
    )
    links = " · ".join(
        f'<a href="#{language}" lang="{language}">{name}</a>'
        for language, name in zip(LANGUAGES, ("English", "Tiếng Việt"), strict=True)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{html.escape(title)}</title><style>"
        "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        "pre{font:14px/1.5 monospace;white-space:pre-wrap}"
        "article{scroll-margin-top:6rem}article+article{border-top:1px solid #ccc}"
        # Who asks for a language sees no other.
        "body:has(#en:target) #vi,body:has(#vi:target) #en{display:none}"
        f"</style></head><body><nav>{links}</nav>{parts}</body></html>\n"
    )


def main(arguments: list[str] | None = None) -> None:
    """Find the person and print the story."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--customer", help="the shop's customer id")
    who.add_argument("--person", help="person_id of the marts")
    parser.add_argument("--system", help="source system of the customer id")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path("published/marts.duckdb"),
        help="published file, or a build (default: published/marts.duckdb)",
    )
    options = parser.parse_args(arguments)
    marts = Marts(options.source)
    person = options.person or marts.person_of(options.customer, options.system)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(Teller(marts.story_of(person), options.language).tell()))


if __name__ == "__main__":
    main()
