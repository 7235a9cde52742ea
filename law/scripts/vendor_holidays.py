#!/usr/bin/env python3
"""Writes law/data/holidays: the public holidays that clocks may move past.

    pip install holidays==0.108 && law/scripts/vendor_holidays.py --edition 2026-11-20

A new run is a new edition: read its diff before it is committed, since stored clocks name the edition they came from.

Whatever is doubtful is left out, because a holiday can only lengthen a deadline: days that hold in one town alone, days that
are merely swapped for a working Saturday, and days that a law treats as a holiday for some purposes only.
"""

import argparse
import csv
import hashlib
import io
from datetime import date, timedelta
from pathlib import Path

import holidays

VERSION = "0.108"
YEARS = range(2024, 2037)
OUT = Path(__file__).resolve().parent.parent / "data" / "holidays"

EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
COUNTRIES = [*EU, "IS", "LI", "NO", "GB", "CH", "US", "BR", "CA"]

# Parts of a country whose holidays are law for the whole part. None named: all parts that the source has by ISO 3166-2.
PARTS = {
    "BE": [],  # the communities' days bind their own offices only
    "IT": ["BZ"],  # elsewhere the source has the patron day of the chief town
    "PT": ["20", "30"],  # elsewhere the source has the chief town's day
    "US": ["CA"],
}
TOWNS = {"Augsburg", "Barcelona", "Stadt Zurich", "São Paulo Capital"}
# England and Wales share their bank holidays and, in ISO 3166-2, a code.
RENAMED = {"GB": {"ENG": "EAW", "WLS": "EAW"}, "FR": {}}
LEFT_OUT = {
    ("NL", "Good Friday"),  # equated with a holiday by the Algemene termijnenwet, which governs national periods only
    ("FI", "Midsummer Eve"),  # customarily free, no public holiday in law
    ("FI", "Christmas Eve"),
    ("LI", "Candlemas"),  # kept by part of the offices only
    ("LI", "Saint Joseph's Day"),
}


def language(country):
    known = type(holidays.country_holidays(country)).supported_languages
    return next((code for code in ("en_GB", "en_US") if code in known), None)


def counts(country, name):
    if "substituted" in name.lower() or "estimated" in name.lower():
        return False
    return (country, name) not in LEFT_OUT


def days(country, part=None):
    found = holidays.country_holidays(country, subdiv=part, years=YEARS, language=language(country), categories=("public",))
    kept = {}
    for day, names in found.items():
        names = [name for name in names.split("; ") if counts(country, name)]
        if names and day.year in YEARS:
            kept[day] = "; ".join(names)
    return kept


def parts_of(country):
    known = type(holidays.country_holidays(country)).subdivisions
    return PARTS.get(country, [part for part in known if part not in TOWNS])


def rows(country):
    """Each day with its parts; none means the whole country, and then every part has it."""
    whole = days(country)
    parts = {}
    for part in parts_of(country):
        code = RENAMED.get(country, {}).get(part, part)
        found = days(country, part)
        if code in parts:
            assert parts[code].keys() == found.keys(), (country, part)
        parts[code] = found
    out = []
    for day in sorted(set(whole).union(*parts.values())):
        having = [code for code, found in parts.items() if day in found]
        name = whole.get(day) or parts[having[0]][day]
        everywhere = day in whole and len(having) == len(parts)
        # A day of the whole country that no listed part lacks, or one that only some parts have.
        if everywhere:
            out.append((day, name, ""))
        elif having:
            out.append((day, name, " ".join(sorted(having))))
    return out, sorted(parts)


def nth(year, month, weekday, n):
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def california():
    """The nine holidays that nobody disputes, with the substitutes of Gov. Code 6701, and no others."""
    out = []
    for year in YEARS:
        last_of_may = date(year, 5, 31)
        fixed = {
            date(year, 1, 1): "New Year's Day",
            date(year, 7, 4): "Independence Day",
            date(year, 11, 11): "Veterans Day",
            date(year, 12, 25): "Christmas Day",
        }
        out += fixed.items()
        out += [(day + timedelta(1), f"{name} (observed)") for day, name in fixed.items() if day.weekday() == 6]
        veterans = date(year, 11, 11)
        if veterans.weekday() == 5:
            out.append((veterans - timedelta(1), "Veterans Day (observed)"))
        out += [
            (nth(year, 1, 0, 3), "Martin Luther King Jr. Day"),
            (nth(year, 2, 0, 3), "Presidents' Day"),
            (last_of_may - timedelta(last_of_may.weekday()), "Memorial Day"),
            (nth(year, 9, 0, 1), "Labor Day"),
            (nth(year, 11, 3, 4), "Thanksgiving Day"),
        ]
    return [(day, name, "") for day, name in sorted(out)]


def write(path, entries):
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(["date", "name", "parts"])
    for day, name, parts in entries:
        # No quoting needed: the reader is a line and two commas.
        table.writerow([day.isoformat(), name.replace(",", ""), parts])
    path.write_text(text.getvalue(), encoding="utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--edition", required=True, help="the day of this edition, such as 2026-11-20")
    edition = date.fromisoformat(options.parse_args().edition)
    assert holidays.__version__ == VERSION, f"holidays {VERSION} is wanted, {holidays.__version__} is installed"
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Written by law/scripts/vendor_holidays.py.",
        f'edition = "{edition}"',
        f'source = "Python package holidays {VERSION} (MIT), public holidays only"',
        f"first_year = {YEARS[0]}",
        f"last_year = {YEARS[-1]}",
    ]
    for country in sorted(COUNTRIES):
        entries, parts = rows(country)
        digest = write(OUT / f"{country}.csv", entries)
        listed = ", ".join(f'"{part}"' for part in parts)
        lines += ["", f"[files.{country}]", f'sha256 = "{digest}"', f"parts = [{listed}]"]
    digest = write(OUT / "US-CA-business.csv", california())
    lines += ["", "[files.US-CA-business]", f'sha256 = "{digest}"', "parts = []"]
    (OUT / "manifest.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
