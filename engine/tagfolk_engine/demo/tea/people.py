"""The customers of the milk-tea chain: who they are, and how often and what they buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

SEED = 20240701
PERSONS = 4000
GUESTS = 60
"""The last ones are known to the mini-program only, never registered."""
START = datetime(2023, 1, 1)
END = datetime(2024, 7, 1)
"""The log covers [START, END), local time of Shanghai."""

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "芳娜敏静丽艳霞洁玲娟婷雪慧颖佳欣怡雨晨梦琪诗涵子轩浩宇博文俊杰思源志强伟磊洋勇军明辉鹏飞宁岚可心若兰"
CITIES = ("上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "南京", "苏州", "长沙")
CITY_SHARES = (0.22, 0.15, 0.12, 0.11, 0.10, 0.09, 0.07, 0.06, 0.05, 0.03)
FAMOUS = 7
"""The index of 张三: a regular of high value who has stopped coming."""


@dataclass(frozen=True)
class People:
    """One entry a person in each array."""

    name: list[str]
    woman: npt.NDArray[np.bool_]
    birthday: list[date]
    city: npt.NDArray[np.int_]
    phone: list[str]
    openid: list[str]
    joined: npt.NDArray[np.datetime64]
    rate: npt.NDArray[np.float64]
    """Orders a month while the person still comes."""
    stopped: npt.NDArray[np.datetime64]
    """When the person ceased to come (END: has not)."""
    low_sugar: npt.NDArray[np.bool_]
    basket: npt.NDArray[np.float64]
    """How much dearer than usual the person's orders are (1 = as usual)."""
    favourite: npt.NDArray[np.int_]
    online: npt.NDArray[np.float64]
    """The part of the orders placed in the mini-program."""

    def __len__(self) -> int:
        return len(self.name)


def _ages(random: np.random.Generator, n: int) -> npt.NDArray[np.int_]:
    young = random.integers(20, 36, n)
    teens = random.integers(14, 20, n)
    older = np.minimum(36 + random.gamma(1.5, 7, n), 75).astype(int)
    pick = random.random(n)
    return np.where(pick < 0.70, young, np.where(pick < 0.80, teens, older))


def make_people(random: np.random.Generator, n: int = PERSONS) -> People:
    """``n`` persons, from the given stream of random numbers."""
    surname = random.integers(0, len(SURNAMES), n)
    given = random.integers(0, len(GIVEN), (n, 2))
    single = random.random(n) < 0.3
    names = [
        SURNAMES[s] + (GIVEN[a] if one else GIVEN[a] + GIVEN[b])
        for s, (a, b), one in zip(surname, given, single, strict=True)
    ]
    ages = _ages(random, n)
    offset = random.integers(1, 365, n)
    turned = [date(END.year - int(age), END.month, END.day).toordinal() for age in ages]
    birthdays = [date.fromordinal(day - int(days)) for day, days in zip(turned, offset, strict=True)]
    span = (END - START).days
    late = random.random(n) < 0.22
    joined_day = np.where(late, random.integers(0, span - 10, n), -random.integers(0, 700, n))
    of_day = random.integers(32400, 79200, n).astype("timedelta64[s]")
    joined = np.datetime64(START, "s") + joined_day.astype("timedelta64[D]") + of_day
    rate = random.gamma(0.75, 2.25 / 0.75, n) + 0.05
    gone = random.random(n) < 0.20
    stop_day = np.where(gone, np.maximum(joined_day, 0) + random.integers(20, 480, n), span)
    people = People(
        name=names,
        woman=random.random(n) < 0.80,
        birthday=birthdays,
        city=random.choice(len(CITIES), n, p=CITY_SHARES),
        phone=_phones(random, n),
        openid=[f"o{v:015x}" for v in random.integers(1 << 55, 1 << 59, n)],
        joined=joined,
        rate=rate,
        stopped=np.datetime64(START, "s") + np.minimum(stop_day, span).astype("timedelta64[D]"),
        low_sugar=random.random(n) < 0.86,
        basket=np.exp(random.normal(0, 0.05, n)),
        favourite=random.choice(5, n, p=(0.45, 0.25, 0.12, 0.12, 0.06)),
        online=random.beta(1.2, 1.6, n),
    )
    people.online[n - GUESTS :] = 1.0
    _plant_famous(people)
    return people


def _phones(random: np.random.Generator, n: int) -> list[str]:
    """Mobile numbers of China, all different."""
    prefixes = random.choice([38, 39, 50, 58, 77, 86, 88, 95], n)
    numbers = random.choice(100_000_000, n, replace=False)
    return [f"1{prefix}{number:08d}" for prefix, number in zip(prefixes, numbers, strict=True)]


def _plant_famous(people: People) -> None:
    """张三, 29, a man of Shanghai: twelve dear orders a month until 20 December 2023, none since."""
    people.name[FAMOUS] = "张三"
    people.woman[FAMOUS] = False
    people.birthday[FAMOUS] = date(1994, 9, 3)
    people.city[FAMOUS] = 0
    people.joined[FAMOUS] = np.datetime64("2022-03-05T14:20:00")
    people.rate[FAMOUS] = 12.0
    people.stopped[FAMOUS] = np.datetime64("2023-12-20T00:00:00")
    people.basket[FAMOUS] = 2.0
