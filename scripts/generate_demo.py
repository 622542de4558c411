"""Generate the demo shop: the raw tables as CSV files, and planted.json.

The same seed gives the same files, byte for byte. planted.json names every unusable
or repeated row and every special case that the files hold, for tests to find again.
"""

import argparse
import csv
import json
from pathlib import Path
from random import Random

from demo import extras, facts
from demo.contract import COLUMNS, Row
from demo.dirt import Dirt
from demo.oddities import Oddities
from demo.orders import OrderBook, store_rows
from demo.people import Population
from demo.timeline import Calendar, Config
from demo.visits import Visits

LEAST_PERSONS = 500
OUT = Path(__file__).parents[1] / "seeds" / "demo"


def build(config: Config) -> tuple[dict[str, list[Row]], dict]:
    """Simulate the shop and return its raw tables and what is planted in them."""
    rng = Random(config.seed)
    calendar = Calendar(config, rng)
    population = Population(config, calendar, rng)
    book = OrderBook(population, calendar, rng)
    visits = Visits(book, calendar, rng)
    oddities = Oddities(book, rng)
    oddities.plant()
    unlisted = population.unlisted()
    tables = {
        "customers": [
            person.row
            for person in population.customers
            if person.customer_id not in unlisted
        ],
        "orders": list(book.orders),
        "order_items": book.items,
        "products": book.products,
        "refunds": list(book.refunds),
        "web_events": visits.events,
        "loyalty_accounts": extras.loyalty_accounts(book, calendar, rng),
        "feedback": extras.feedback(book, calendar, rng),
        "contacts": extras.contacts(book, calendar, rng),
        "experiment_assignments": book.assignments,
        "ad_spend": extras.ad_spend(calendar, rng),
        "stores": store_rows(),
        "exchange_rates": book.rates.rows,
    }
    planted = {
        "seed": config.seed,
        "persons": config.persons,
        "first_day": config.first_day.isoformat(),
        "last_day": config.last_day.isoformat(),
        "identifiers": facts.person_facts(tables),
        "orders": facts.order_facts(book),
        "refunds": facts.refund_facts(book),
        "experiments": facts.experiment_facts(book),
        "special_orders": oddities.planted,
    }
    dirt = Dirt(tables, oddities.plain_orders, rng)
    dirt.plant()
    planted["order_amounts_not_staged"] = dirt.order_amounts
    planted["row_counts"] = dirt.row_counts()
    planted["quarantined_rows"] = dirt.quarantined_rows()
    return tables, planted


def write(out: Path, tables: dict[str, list[Row]], planted: dict) -> None:
    """Write the tables and planted.json into a folder, which is made if need be."""
    out.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        with (out / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[table], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    text = json.dumps(planted, ensure_ascii=False, indent=1) + "\n"
    (out / "planted.json").write_bytes(text.encode())


def main() -> None:
    """Read the command line, build the shop, write it and say how big it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--seed", type=int, default=Config.seed)
    parser.add_argument("--persons", type=int, default=Config.persons)
    arguments = parser.parse_args()
    if arguments.persons < LEAST_PERSONS:
        parser.error(f"--persons is {arguments.persons}; at least {LEAST_PERSONS}")
    tables, planted = build(Config(arguments.seed, arguments.persons))
    write(arguments.out, tables, planted)
    rows = sum(map(len, tables.values()))
    size = sum(file.stat().st_size for file in arguments.out.iterdir())
    print(f"{rows} rows in {len(tables)} tables, {size / 1e6:.2f} MB: {arguments.out}")


if __name__ == "__main__":
    main()
