//! Public holidays of one place.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use words::words;

use crate::holidays::{self, File};
use crate::pack;
use crate::regime::Regime;

/// The public holidays of the place where an establishment must act, with days the controller adds.
///
/// It answers only what it knows: where the place or the year is not covered, no day is a public holiday, so no date moves
/// past one. Saturdays and Sundays need no calendar.
#[derive(Debug, Clone)]
pub struct Calendar {
    region: String,
    known: Known,
    file: Option<&'static File>,
    part: Option<String>,
    /// Ascending.
    own_days: Vec<Date>,
}

words! {
    /// How far a calendar knows its place.
    pub enum Known {
        /// The place itself.
        Place = "place",
        /// The country, but not the part of it that was named: only what holds in the whole country.
        Country = "country",
        /// Neither: no public holiday is known.
        Nothing = "nothing",
        /// The place lies outside the law: its public holidays, known or not, do not count.
        Outside = "outside",
        /// The days were given one by one; there are no others.
        Given = "given",
    }
}

/// Which calendar a date was computed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRef {
    /// The place, as it was asked for.
    pub region: String,
    /// How far it is known.
    pub known: Known,
    /// The edition of the data.
    pub edition: Cow<'static, str>,
    /// SHA-256 of the country's file, in lower-case hex; `None` where there is none.
    pub sha256: Option<Cow<'static, str>>,
    /// The days that the controller added.
    pub own_days: Vec<Date>,
}

impl Calendar {
    /// The calendar of a place: an ISO 3166-1 country (`DE`), a part of one by ISO 3166-2 (`DE-BY`), or `EW`, `SC`, `NI`
    /// for England and Wales, Scotland, Northern Ireland. `own_days` are holidays that the data cannot know yet, such as a
    /// day of mourning proclaimed at short notice.
    ///
    /// A place that is not known is no error: its calendar knows no holidays, and says so.
    pub fn find(region: &str, own_days: &[Date]) -> Self {
        let mut own_days = own_days.to_vec();
        own_days.sort_unstable();
        own_days.dedup();
        let (country, part) = split(region);
        let file = holidays::country(country);
        let known = match (file, part) {
            (None, _) => Known::Nothing,
            (Some(_), None) => Known::Place,
            (Some(file), Some(part)) if file.parts.contains(&part) => Known::Place,
            (Some(_), Some(_)) => Known::Country,
        };
        Self { region: region.to_owned(), known, file, part: part.map(ToOwned::to_owned), own_days }
    }

    /// A calendar of exactly these days, which is asked for every purpose, for worked examples.
    pub fn exactly(days: &[Date]) -> Self {
        Self { known: Known::Given, ..Self::find("", days) }
    }

    /// The calendar as a law counts by it: its holidays, and the controller's own days, only where the place lies in a country
    /// whose holidays count for that law. Elsewhere none does, since a day off in one country is no reason to be late under the
    /// law of another.
    pub fn under(&self, law: Regime) -> Cow<'_, Self> {
        let counting = pack::law(law).counting.as_ref();
        let counts = |country: &str| counting.is_some_and(|it| it.holidays.iter().any(|code| code == country));
        if self.known == Known::Given || counts(self.country()) {
            return Cow::Borrowed(self);
        }
        let known = if self.region.is_empty() { Known::Nothing } else { Known::Outside };
        Cow::Owned(Self { region: self.region.clone(), known, file: None, part: None, own_days: Vec::new() })
    }

    /// The country it lies in, by ISO 3166-1.
    pub fn country(&self) -> &str {
        split(&self.region).0
    }

    /// The place, as it was asked for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The days that the controller added, ascending.
    pub fn own_days(&self) -> &[Date] {
        &self.own_days
    }

    /// How far it is known.
    pub fn known(&self) -> Known {
        self.known
    }

    /// Whether the data reaches that day.
    pub fn covers(&self, day: Date) -> bool {
        self.known == Known::Given || self.file.is_some() && holidays::years().contains(&day.year())
    }

    /// The name of the public holiday on that day, if there is one.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        if self.own_days.binary_search(&day).is_ok() {
            return Some(if self.known == Known::Given { "a public holiday" } else { "a day the controller added" });
        }
        self.file?.holiday(day, self.part.as_deref())
    }

    /// Whether that day is surely none to work on: a Saturday, a Sunday or a known public holiday.
    pub fn is_free(&self, day: Date) -> bool {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || self.holiday(day).is_some()
    }

    /// The day itself, or the next that is not surely free.
    pub fn next_working_day(&self, day: Date) -> Date {
        let mut day = day;
        while self.is_free(day)
            && let Ok(next) = day.tomorrow()
        {
            day = next;
        }
        day
    }

    /// What to store beside a date.
    pub fn reference(&self) -> CalendarRef {
        CalendarRef {
            region: self.region.clone(),
            known: self.known,
            edition: Cow::Borrowed(holidays::edition()),
            sha256: self.file.map(|file| Cow::Borrowed(file.sha256)),
            own_days: self.own_days.clone(),
        }
    }
}

/// Country and part, by the names the data uses.
fn split(region: &str) -> (&str, Option<&str>) {
    match region {
        "EW" | "GB-ENG" | "GB-WLS" => ("GB", Some("EAW")),
        "SC" => ("GB", Some("SCT")),
        "NI" => ("GB", Some("NIR")),
        "EL" => ("GR", None), // as the Union writes Greece
        _ => match region.split_once('-') {
            None => (region, None),
            Some((country, part)) => (country, Some(part)),
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::epiphany_in_bavaria("DE-BY", date(2027, 1, 6), true)]
    #[case::not_in_berlin("DE-BE", date(2027, 1, 6), false)]
    #[case::nor_in_all_of_germany("DE", date(2027, 1, 6), false)]
    #[case::good_friday_in_germany("DE", date(2026, 4, 3), true)]
    #[case::good_friday_in_ireland("IE", date(2026, 4, 3), false)]
    #[case::easter_monday_in_ireland("IE", date(2026, 4, 6), true)]
    #[case::good_friday_in_france("FR", date(2026, 4, 3), false)]
    #[case::good_friday_in_alsace("FR-6AE", date(2026, 4, 3), true)]
    #[case::good_friday_in_italy("IT", date(2026, 4, 3), false)]
    #[case::good_friday_in_the_netherlands("NL", date(2026, 4, 3), false)]
    #[case::boxing_day_by_substitute("GB-EAW", date(2026, 12, 28), true)]
    #[case::germany_knows_no_substitutes("DE", date(2026, 12, 28), false)]
    #[case::st_andrew_in_scotland("SC", date(2026, 11, 30), true)]
    #[case::st_andrew_in_england("EW", date(2026, 11, 30), false)]
    #[case::easter_monday_in_scotland("GB-SCT", date(2026, 4, 6), false)]
    #[case::easter_monday_in_wales("GB-WLS", date(2026, 4, 6), true)]
    #[case::battle_of_the_boyne("NI", date(2027, 7, 12), true)]
    #[case::great_prayer_day_was_abolished("DK", date(2026, 5, 1), false)]
    #[case::orthodox_easter_monday("GR", date(2026, 4, 13), true)]
    #[case::catholic_easter_monday_in_greece("GR", date(2026, 4, 6), false)]
    #[case::monday_of_pentecost_in_south_tyrol("IT-BZ", date(2026, 5, 25), true)]
    #[case::beyond_the_data("DE", date(2037, 1, 1), false)]
    #[case::before_the_data("DE", date(2023, 12, 25), false)]
    fn a_day_is_a_holiday_where_the_law_says_so(#[case] region: &str, #[case] day: Date, #[case] is: bool) {
        let calendar = Calendar::find(region, &[]);
        assert_eq!(calendar.holiday(day).is_some(), is, "{:?}", calendar.holiday(day));
    }

    #[rstest]
    #[case("DE-BY", Known::Place)]
    #[case("GB", Known::Place)]
    #[case("DE-XX", Known::Country)]
    #[case("XX", Known::Nothing)]
    #[case("US-CA-business", Known::Country)]
    #[case("", Known::Nothing)]
    fn a_calendar_says_what_it_knows(#[case] region: &str, #[case] known: Known) {
        let calendar = Calendar::find(region, &[]);
        assert_eq!(calendar.known(), known);
        assert_eq!(calendar.reference().sha256.is_some(), known != Known::Nothing);
    }

    #[test]
    fn a_part_that_is_not_known_has_what_the_whole_country_has() {
        let (whole, part) = (Calendar::find("DE", &[]), Calendar::find("DE-XX", &[]));
        for day in date(2026, 1, 1).series(jiff::Span::new().days(1)).take(365) {
            assert_eq!(whole.holiday(day), part.holiday(day));
        }
    }

    #[test]
    fn the_controllers_own_day_moves_a_date_too() {
        let mourning = date(2026, 9, 14);
        let calendar = Calendar::find("GB-EAW", &[mourning]);
        assert_eq!(calendar.next_working_day(date(2026, 9, 12)), date(2026, 9, 15));
        assert_eq!(calendar.reference().own_days, [mourning]);
    }

    #[test]
    fn an_unknown_place_still_knows_the_weekend_and_no_more() {
        let nowhere = Calendar::find("XX", &[]);
        assert_eq!(nowhere.next_working_day(date(2026, 12, 25)), date(2026, 12, 25));
        assert_eq!(nowhere.next_working_day(date(2026, 12, 26)), date(2026, 12, 28));
    }
}
