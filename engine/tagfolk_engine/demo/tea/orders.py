"""What the customers of the milk-tea chain did: orders, visits of the app, complaints, survey answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagfolk_engine.demo.tea.people import CITIES, END, START, People

CATEGORIES = ("奶茶", "果茶", "咖啡", "芝士茶", "纯茶")
PRODUCTS = (
    ("珍珠奶茶", "烤奶", "芋泥奶茶"),
    ("多肉葡萄", "满杯百香果", "杨枝甘露"),
    ("生椰拿铁", "茉莉拿铁"),
    ("芝士莓莓", "芝士桃桃"),
    ("四季春", "茉莉绿茶"),
)
PRICES = ((13, 15, 18), (19, 17, 22), (20, 19), (23, 22), (10, 9))
LOW_SUGAR = ("三分糖", "少糖", "无糖")
SWEET = ("正常糖", "七分糖")
SHOPS = 50


@dataclass(frozen=True)
class Orders:
    """One entry an order; sorted by time."""

    person: npt.NDArray[np.int_]
    time: npt.NDArray[np.datetime64]
    shop: npt.NDArray[np.int_]
    online: npt.NDArray[np.bool_]
    category: npt.NDArray[np.int_]
    product: list[str]
    sugar: list[str]
    quantity: npt.NDArray[np.int_]
    price: npt.NDArray[np.int_]
    coupon: npt.NDArray[np.bool_]


def shop_city(shop: int) -> int:
    """Each shop's city: five shops in each of the ten cities."""
    return shop % len(CITIES)


def make_orders(random: np.random.Generator, people: People) -> Orders:
    """All orders of all persons within [START, END)."""
    begin = np.maximum(people.joined, np.datetime64(START, "s"))
    seconds = np.maximum((people.stopped - begin).astype("timedelta64[s]").astype(np.int64), 86400)
    counts = np.maximum(random.poisson(people.rate * seconds / (30.4 * 86400)), 1)
    person = np.repeat(np.arange(len(people)), counts)
    day = (random.random(len(person)) * (seconds[person] / 86400)).astype(np.int64)
    of_day = np.clip(random.normal(15.5, 3.2, len(person)), 9.0, 21.9) * 3600
    since = (day * 86400 + of_day.astype(np.int64)).astype("timedelta64[s]")
    time = begin[person].astype("datetime64[D]").astype("datetime64[s]") + since
    time = np.clip(time, begin[person], np.datetime64(END, "s") - np.timedelta64(60, "s"))
    order = np.argsort(time, kind="stable")
    person, time = person[order], time[order]
    n = len(person)
    home = random.random(n) < 0.93
    city = np.where(home, people.city[person], random.integers(0, len(CITIES), n))
    shop = city + len(CITIES) * random.integers(0, SHOPS // len(CITIES), n)
    category = np.where(random.random(n) < 0.72, people.favourite[person], random.integers(0, 5, n))
    pick = random.integers(0, 6, n)
    products = [PRODUCTS[c][p % len(PRODUCTS[c])] for c, p in zip(category, pick, strict=True)]
    price = np.array([PRICES[c][p % len(PRICES[c])] for c, p in zip(category, pick, strict=True)])
    likes_low = np.where(people.low_sugar[person], random.random(n) < 0.9, random.random(n) < 0.1)
    low = random.integers(0, len(LOW_SUGAR), n)
    sweet = random.integers(0, len(SWEET), n)
    sugar = [LOW_SUGAR[a] if flag else SWEET[b] for flag, a, b in zip(likes_low, low, sweet, strict=True)]
    return Orders(
        person=person,
        time=time,
        shop=shop,
        online=random.random(n) < people.online[person],
        category=category,
        product=products,
        sugar=sugar,
        quantity=np.maximum(1, random.poisson(np.minimum(people.basket[person] * 1.2, 4))),
        price=np.round(price * people.basket[person] ** 0.5).astype(int),
        coupon=random.random(n) < 0.18,
    )


@dataclass(frozen=True)
class Visits:
    """One entry a visit of the mini-program."""

    person: npt.NDArray[np.int_]
    time: npt.NDArray[np.datetime64]
    page: list[str]
    seconds: npt.NDArray[np.int_]


PAGES = ("menu", "coupon", "order", "member", "story")


def make_visits(random: np.random.Generator, people: People, orders: Orders) -> Visits:
    """A visit some minutes before each online order, and idle ones besides."""
    bought = orders.online
    idle = random.random(len(orders.person)) < 0.4
    person = np.concatenate([orders.person[bought], orders.person[idle]])
    lead = random.integers(60, 1800, bought.sum()).astype("timedelta64[s]")
    drift = random.integers(0, 6 * 86400, idle.sum()).astype("timedelta64[s]")
    time = np.concatenate([orders.time[bought] - lead, orders.time[idle] - drift])
    time = np.maximum(time, np.maximum(people.joined[person], np.datetime64(START, "s")))
    order = np.argsort(time, kind="stable")
    n = len(person)
    return Visits(
        person=person[order],
        time=time[order],
        page=[PAGES[p] for p in random.choice(5, n, p=(0.5, 0.15, 0.25, 0.07, 0.03))],
        seconds=random.gamma(2, 40, n).astype(int) + 3,
    )
