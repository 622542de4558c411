"""The people of the demo shop: who they are and how they shop."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from demo.contract import Row
from demo.timeline import Calendar, Config, utc
from demo.vietnam import (
    DEVICES,
    GIVEN_NAMES,
    INCOME_BANDS,
    MIDDLE_NAMES,
    OCCUPATIONS,
    ODD_CUSTOMER_IDS,
    PLACES,
    PRODUCTS,
    SURNAMES,
)

HOTLINE = "028 3822 1234"
"""The shop's own phone, given for customers who would not give theirs."""
NO_PHONE = "0900000000"
"""What clerks type where there is none."""


@dataclass(frozen=True)
class Habit:
    """How a kind of person shops: share of all, orders, days between, idle visits."""

    share: int
    orders: tuple[int, int] = (0, 0)
    gap_days: tuple[int, int] = (1, 1)
    visits: tuple[int, int] = (0, 0)


HABITS = {
    "visitor": Habit(18, visits=(1, 2)),
    "lead": Habit(6),
    "browser": Habit(12, visits=(2, 6)),
    "one_timer": Habit(26, orders=(1, 1), visits=(0, 4)),
    "occasional": Habit(18, orders=(2, 4), gap_days=(50, 200), visits=(0, 4)),
    "regular": Habit(12, orders=(4, 12), gap_days=(25, 75), visits=(1, 5)),
    "loyal": Habit(8, orders=(10, 26), gap_days=(14, 45), visits=(1, 6)),
}


@dataclass
class Person:
    """One person of the demo; customer_id is empty for anonymous visitors."""

    habit: str
    joined_at: datetime
    customer_id: str
    email: str
    phone: str
    row: Row
    favourite: str
    devices: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    is_foreign: bool = False

    @property
    def joined(self) -> date:
        """The business day on which the person signed up or first came by."""
        return self.joined_at.date()

    @property
    def is_online(self) -> bool:
        """Whether the person ever visits the web shop in a browser that is tracked."""
        return bool(self.devices)


def to_ascii(text: str) -> str:
    """Return Vietnamese text without diacritics or spaces, in lower case."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


class Population:
    """Makes the people, in the order in which they joined."""

    def __init__(self, config: Config, calendar: Calendar, rng: Random) -> None:
        self.calendar, self.rng, self.devices_made = calendar, rng, 0
        self.joined_days = sorted(
            calendar.pick(config.first_day, config.last_day)
            for _ in range(config.persons)
        )
        self.people = [self.person(number) for number in range(config.persons)]
        self.customers = [person for person in self.people if person.customer_id]
        self.share_identifiers()

    def person(self, number: int) -> Person:
        """Make one person with a habit, a profile and perhaps web devices."""
        rng = self.rng
        shares = [habit.share for habit in HABITS.values()]
        habit = rng.choices(list(HABITS), shares)[0]
        person = Person(
            habit=habit,
            joined_at=self.calendar.at(self.joined_days[number]),
            customer_id="" if habit == "visitor" else f"C{number + 1:04d}",
            email="",
            phone="",
            row={},
            favourite=rng.choice(list(PRODUCTS)),
            is_foreign=rng.random() < 0.015,
        )
        if habit in ("visitor", "browser") or (habit != "lead" and rng.random() < 0.6):
            for _ in range(rng.choices([1, 2], [88, 12])[0]):
                self.add_device(person)
        if person.customer_id:
            person.row = self.profile(person, number)
        return person

    def add_device(self, person: Person) -> None:
        """Give a person one more browser with an anonymous id of its own."""
        device = self.rng.choices(DEVICES, [42, 25, 18, 10, 5])[0]
        person.devices[self.new_anonymous_id()] = device

    def new_anonymous_id(self) -> str:
        """Return an anonymous id that nobody has yet."""
        self.devices_made += 1
        return f"a{self.devices_made}"

    def profile(self, person: Person, number: int) -> Row:
        """Make a customers row; some attributes stay unknown, as in any shop."""
        rng = self.rng
        gender = rng.choices(["female", "male"], [64, 36])[0]
        name = " ".join((
            rng.choices(list(SURNAMES), list(SURNAMES.values()))[0],
            rng.choice(MIDDLE_NAMES[gender].split()),
            rng.choice(GIVEN_NAMES[gender].split()),
        ))  # fmt: skip
        city, province, latitude, longitude, _ = rng.choices(
            PLACES, [place[-1] for place in PLACES]
        )[0]
        person.phone = f"09{rng.randrange(10**8):08d}" if rng.random() < 0.9 else ""
        if not person.phone or rng.random() < 0.75:
            person.email = f"{to_ascii(name)}{number + 1}@mail.example"
        signed_up = utc(person.joined_at)
        birthday = date(1960, 1, 1) + timedelta(rng.randrange(46 * 365))
        return {
            "customer_id": person.customer_id,
            "email": person.email.title() if rng.random() < 0.05 else person.email,
            "phone": self.written_phone(person.phone),
            "full_name": name,
            "gender": rng.choice([gender, gender, gender, ""]),
            "birth_date": rng.choice([birthday.isoformat(), ""]),
            "occupation": rng.choice([*OCCUPATIONS, "", ""]),
            "marital_status": rng.choice(["single", "married", ""]),
            "income_band": rng.choice([*INCOME_BANDS, "", ""]),
            "city": city,
            "province": province,
            "country": "US" if person.is_foreign else "VN",
            "latitude": f"{latitude + rng.uniform(-0.05, 0.05):.4f}",
            "longitude": f"{longitude + rng.uniform(-0.05, 0.05):.4f}",
            "signed_up_at": rng.choice([signed_up, ""])
            if person.habit == "lead"
            else signed_up,
            "email_consent": rng.choices(["true", "false", ""], [60, 30, 10])[0],
            "phone_consent": rng.choices(["true", "false", ""], [45, 45, 10])[0],
            "ads_consent": rng.choices(["true", "false", ""], [50, 40, 10])[0],
        }

    def written_phone(self, phone: str) -> str:
        """Write a phone number in one of the ways people type it."""
        style = self.rng.random()
        if phone and style < 0.08:
            return f"+84{phone[1:]}"
        if phone and style < 0.14:
            return f"{phone[:4]} {phone[4:7]} {phone[7:]}"
        return phone

    def share_identifiers(self) -> None:
        """Plant odd ids, shared phones, e-mails and browsers, and erased customers."""
        chosen = self.rng.sample(self.customers, 120)
        pairs = list(zip(chosen[0:40:2], chosen[1:40:2], strict=True))
        for one, other in pairs[:15]:
            other.phone = one.phone = one.phone or f"0911{one.customer_id[1:]}00"
            one.row["phone"] = other.row["phone"] = one.phone
        for one, other in pairs[15:]:
            other.email = one.email = (
                one.email or f"chung{one.customer_id[1:]}@x.example"
            )
            one.row["email"] = other.row["email"] = one.email
        for person in chosen[40:48]:
            person.phone = person.row["phone"] = HOTLINE
        for person in chosen[48:52]:
            person.phone = person.row["phone"] = NO_PHONE
        for person, odd_id in zip(chosen[52:], ODD_CUSTOMER_IDS, strict=False):
            person.customer_id = person.row["customer_id"] = odd_id
        for person in chosen[60:68]:
            erased_on = self.calendar.pick(person.joined, self.calendar.last)
            person.row["erased_at"] = utc(self.calendar.at(erased_on))
        online = [person for person in chosen[70:] if person.is_online]
        for one, other in zip(online[0:24:2], online[1:24:2], strict=False):
            other.devices |= dict(list(one.devices.items())[:1])

    def unlisted(self) -> set[str]:
        """Return ids of some buyers that the customers table is to lack."""
        buyers = [p for p in self.customers if p.habit in ("one_timer", "occasional")]
        return {person.customer_id for person in buyers[5::60]}
