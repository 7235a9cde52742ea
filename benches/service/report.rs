//! What was found: a row a figure, with what it is measured against, as a table or as JSON.

use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use serde::Serialize;
use testbed::database::Kind;

use crate::load::Load;
use crate::machine::Facts;

/// What a run found.
#[derive(Serialize)]
pub struct Report {
    machine: Facts,
    profile: &'static str,
    quick: bool,
    findings: Vec<Finding>,
    #[serde(skip)]
    json: bool,
}

/// One figure beside another.
#[derive(Clone, Serialize)]
pub struct Finding {
    /// The part of the bench.
    pub part: &'static str,
    /// The database.
    pub on: &'static str,
    /// What was measured.
    pub what: String,
    /// What came out.
    pub measured: Figure,
    /// What it is measured against, in the same run.
    pub against: Option<Figure>,
    /// The one by the other.
    pub ratio: Option<f64>,
    /// What the ratio should be.
    pub aim: Option<Aim>,
}

/// A number with its unit, and how it spread.
#[derive(Clone, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Half of the calls took no longer, in milliseconds.
    pub p50_ms: Option<f64>,
    /// Of a hundred calls one took longer.
    pub p99_ms: Option<f64>,
}

/// What a ratio should be.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The more, the better.
    AtLeast(f64),
    /// The less, the better.
    AtMost(f64),
}

/// The database's name.
pub fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "SQLite",
        Kind::Postgres => "PostgreSQL",
    }
}

impl Figure {
    /// A plain number.
    pub fn plain(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, p50_ms: None, p99_ms: None }
    }

    /// How many calls a second a load made.
    pub fn rate(name: impl Into<String>, load: &Load) -> Self {
        Self {
            p50_ms: Some(load.percentile_ms(50)),
            p99_ms: Some(load.percentile_ms(99)),
            ..Self::plain(name, load.rate(), "/s")
        }
    }

    /// How long a load's calls took.
    pub fn latency(name: impl Into<String>, load: &Load) -> Self {
        let p50 = load.percentile_ms(50);
        Self { p99_ms: Some(load.percentile_ms(99)), ..Self::plain(name, p50, "ms") }
    }

    fn text(&self) -> String {
        let mut text = format!("{} {}", number(self.value), self.unit);
        if let Some(p50) = self.p50_ms {
            text.push_str(&format!(", p50 {} ms", number(p50)));
        }
        if let Some(p99) = self.p99_ms {
            text.push_str(&format!(", p99 {} ms", number(p99)));
        }
        text
    }
}

impl Finding {
    /// A figure by itself.
    pub fn alone(part: &'static str, on: &'static str, what: impl Into<String>, measured: Figure) -> Self {
        Self { part, on, what: what.into(), measured, against: None, ratio: None, aim: None }
    }

    /// The same beside another.
    pub fn against(mut self, other: Figure) -> Self {
        self.ratio = Some(self.measured.value / other.value);
        self.against = Some(other);
        self
    }

    /// The same with what the ratio should be.
    pub fn aiming(mut self, aim: Aim) -> Self {
        self.aim = Some(aim);
        self
    }
}

impl Aim {
    fn text(self, ratio: Option<f64>) -> String {
        let (sign, bound, is_met) = match self {
            Self::AtLeast(bound) => ("≥", bound, ratio.is_some_and(|ratio| ratio >= bound)),
            Self::AtMost(bound) => ("≤", bound, ratio.is_some_and(|ratio| ratio <= bound)),
        };
        format!("{sign} {bound} {}", if is_met { "met" } else { "MISSED" })
    }
}

impl Report {
    /// Nothing found yet.
    pub fn new(machine: Facts, quick: bool, json: bool) -> Self {
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        let report = Self { machine, profile, quick, findings: Vec::new(), json };
        if !json {
            println!("{}\n", report.machine);
            if quick || profile == "debug" {
                println!("A {profile} build, {} run: not for quoting.\n", if quick { "quick" } else { "full" });
            }
        }
        report
    }

    /// Takes what a part found, and shows it at once: a whole run takes its time.
    pub fn add(&mut self, found: Vec<Finding>) {
        if !self.json {
            println!("{}\n", table(&found));
        }
        self.findings.extend(found);
    }

    /// Ends the run.
    pub fn finish(self) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(&self)?);
        }
        Ok(())
    }
}

fn table(found: &[Finding]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["part", "on", "what", "measured", "against", "ratio", "aim"]);
    for finding in found {
        let against = finding.against.as_ref().map(|other| format!("{}: {}", other.name, other.text()));
        table.add_row([
            finding.part.to_owned(),
            finding.on.to_owned(),
            finding.what.clone(),
            format!("{}: {}", finding.measured.name, finding.measured.text()),
            against.unwrap_or_default(),
            finding.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            finding.aim.map(|aim| aim.text(finding.ratio)).unwrap_or_default(),
        ]);
    }
    if let Some(column) = table.column_mut(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Three significant digits are all that a run is good for.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        middle if middle >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
