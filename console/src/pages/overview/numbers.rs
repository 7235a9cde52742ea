//! What the overview counts: a handful of statements, each along an index, however many requests there are. What is open is counted
//! at every look; how a year went, which takes a look at every request of the year, is kept for a short while.

use std::collections::BTreeMap;
use std::time::Duration;

use api::app::App;
use entities::client::reach::Reach;
use entities::controller::queries::credential;
use entities::controller::table::Model as Controller;
use entities::id::ControllerId;
use entities::rate::pace::{self, known_of};
use entities::rate::table::Model as Pace;
use entities::request::figures::{self, Open, Year};
use entities::time::At;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::listed::reached;
use crate::refused::Refused;
use crate::shell::Shell;

/// How many days ahead are shown one by one.
pub const DAYS: i64 = 7;
/// Where the spans of ages end, in days since the day of receipt.
pub const AGES: [i64; 5] = [7, 14, 30, 60, 90];
/// How far the past goes that is looked back on.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// The numbers.
pub struct Numbers {
    /// Of which controllers.
    pub controllers: Vec<ControllerId>,
    /// Today, where they are; where they are in several zones, in UTC.
    pub today: Date,
    /// Their zone, or UTC.
    pub zone: TimeZone,
    /// The open requests: late, then day by day, then later; and by age, the youngest first.
    pub open: Open,
    /// How many wait for a person's answer.
    pub asked: i64,
    /// How many were stopped.
    pub held: i64,
    /// How a year went, as it was counted a short while ago.
    pub year: Year,
    /// What is known of the paces, each with the controllers that share it.
    pub paces: Vec<(Vec<String>, Pace)>,
}

impl Numbers {
    /// Counts.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load(app: &App, s: &Shell, reach: &Reach) -> Result<Self, Refused> {
        let (conn, now) = (app.store.db.read(), s.now);
        let rows = reached(s, reach);
        let all: Vec<_> = rows.iter().map(|row| row.id).collect();
        // A day begins where the controller is, so those of one zone are counted together.
        let mut zones: BTreeMap<&str, Vec<ControllerId>> = BTreeMap::new();
        for row in &rows {
            zones.entry(&row.time_zone).or_default().push(row.id);
        }
        let mut open = Open::default();
        for (zone, controllers) in &zones {
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            // What lies before today is late; what came before the first of a span's days is older.
            let due: Vec<_> = (0..=DAYS).filter_map(|days| begin(now, &zone, days)).collect();
            let ages: Vec<_> = AGES.iter().rev().filter_map(|days| begin(now, &zone, -days)).collect();
            let counted = figures::open(conn, reach, controllers, &due, &ages).await?;
            open = open.and(&counted);
        }
        // The oldest stand first in what was counted.
        open.received.reverse();
        let only = zones.keys().next().filter(|_| zones.len() == 1);
        let zone = only.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        let (asked, held) = figures::waiting(conn, reach, &all).await?;
        let year = app.years.of(all.clone(), now, figures::year(conn, reach, &all, now - YEAR, now)).await?;
        Ok(Self {
            today: now.timestamp().to_zoned(zone.clone()).date(),
            zone,
            paces: paces(app, &rows).await?,
            controllers: all,
            open,
            asked,
            held,
            year,
        })
    }
}

/// Where the day begins that lies so many days after today.
fn begin(now: At, zone: &TimeZone, days: i64) -> Option<At> {
    let today = now.timestamp().to_zoned(zone.clone()).date();
    let day = today.checked_add(days.days()).ok()?;
    day.to_zoned(zone.clone()).ok().map(|begin| begin.timestamp().into())
}

/// The paces of these controllers' credentials. One whose credential does not open is left out: pages about it say why.
async fn paces(app: &App, rows: &[&Controller]) -> Result<Vec<(Vec<String>, Pace)>, Refused> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        if let Ok(known) = credential(&app.store, row) {
            names.entry(pace::key(&row.api_url, &known.client_id)).or_default().push(row.name.clone());
        }
    }
    let found = known_of(app.store.db.read(), names.keys().cloned()).await?;
    let mut paces: Vec<_> = found.into_iter().filter_map(|row| Some((names.remove(&row.key)?, row))).collect();
    paces.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(paces)
}
