"""A second opinion on who is one person, evening by evening, in plain Python.

Slow and simple on purpose: for every evening the graph of what is known by then is
walked from scratch. Nothing here knows how the models do it.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time

Node = tuple[str, str, str]
"""(system, identifier type, value); the system of an e-mail or phone is `any`."""

GLOBAL_TYPES = ("email", "phone")
TYPES = ("customer_id", "anonymous_id", "email", "phone", "loyalty_card")


@dataclass(frozen=True)
class Record:
    """What one raw row says of who was there.

    Attributes:
        values: Value by identifier type, blank ones left out.
        on: Business date, None if the row has none.
        at: Instant, None if the row has none.
        system: Source system.
    """

    values: tuple[tuple[str, str], ...]
    on: date | None
    at: datetime | None
    system: str = "shop"

    def nodes(self) -> list[Node]:
        """The identifiers that the row carries."""
        return [
            ("any" if kind in GLOBAL_TYPES else self.system, kind, value)
            for kind, value in self.values
        ]


def record(on: date | None, at: datetime | None, **values: str | None) -> Record:
    """A record from its values by identifier type; None is left out."""
    given = tuple((kind, value) for kind, value in values.items() if value)
    return Record(given, on, at)


def own_person_id(node: Node) -> str:
    """The id of the person that an identifier makes on its own."""
    digest = hashlib.md5("|".join(node).encode()).hexdigest()[:18]
    text = base64.b64encode(bytes.fromhex(digest)).decode()
    return text.replace("+", "0").replace("/", "1")


class Identities:
    """Who is one person.

    Args:
        records: All raw rows up to the as-of date.
        first_day: The first business date, which stands for a row without a date.
        max_customers: With more customer ids than that, an identifier is shared.
        shared: The shared identifiers, counted from the records if not given.
    """

    def __init__(
        self,
        records: list[Record],
        first_day: date,
        max_customers: int = 5,
        shared: set[Node] | None = None,
    ) -> None:
        self.records = records
        self.first_day = first_day
        customers = defaultdict(set)
        for each in records:
            found = [node for node in each.nodes() if node[1] == "customer_id"]
            for node in each.nodes():
                if node[1] != "customer_id":
                    customers[node].update(found)
        self.shared = shared
        if shared is None:
            self.shared = {n for n, of in customers.items() if len(of) > max_customers}
        self.known_at: dict[Node, tuple[date, datetime]] = {}
        for each in records:
            moment = self._moment(each)
            for node in each.nodes():
                self.known_at[node] = min(self.known_at.get(node, moment), moment)
        self.person_of = self._persons(None)

    def _moment(self, each: Record) -> tuple[date, datetime]:
        on = each.on or self.first_day
        return on, each.at or datetime.combine(on, time())

    def _rank(self, node: Node) -> tuple:
        on, at = self.known_at[node]
        return (node[1] != "customer_id", on, at, own_person_id(node))

    def _persons(self, evening: date | None) -> dict[Node, Node]:
        """The leader of every identifier known on an evening; None: today."""
        neighbours: dict[Node, set[Node]] = defaultdict(set)
        for each in self.records:
            if evening is None or self._moment(each)[0] <= evening:
                nodes = each.nodes()
                usable = [node for node in nodes if node not in self.shared]
                names_nobody = not any(node[1] == "customer_id" for node in nodes)
                for node in nodes:
                    # A shared browser is a visitor where it does not say whose it is.
                    is_visitor = node[1] == "anonymous_id" and names_nobody
                    if node not in self.shared or is_visitor:
                        neighbours[node].add(node)
                for node in usable:
                    neighbours[node].update(usable)
        found: dict[Node, Node] = {}
        for start in neighbours:
            if start in found:
                continue
            component, waiting = set(), [start]
            while waiting:
                node = waiting.pop()
                if node not in component:
                    component.add(node)
                    waiting.extend(neighbours[node])
            leader = min(component, key=self._rank)
            found.update(dict.fromkeys(component, leader))
        return found

    def merges(self) -> dict[Node, tuple[Node, date]]:
        """Ids that were in use on some evening and were not on the next.

        Returns:
            (who leads the person today, the day of the merge) by absorbed identifier.
        """
        days = sorted({self._moment(each)[0] for each in self.records})
        gone: dict[Node, tuple[Node, date]] = {}
        before: set[Node] = set()
        for day in days:
            now = set(self._persons(day).values())
            for node in before - now:
                gone[node] = (self.person_of[node], day)
            before = now
        return gone
