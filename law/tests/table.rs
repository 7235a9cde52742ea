//! `docs/LAW.md` is written from the data and never by hand: this test fails when it is stale.
//!
//! `UPDATE_DOCS=1 cargo test -p law --test table` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use jiff::civil::Date;
use law::clock::PauseEffect;
use law::duty::{Duty, Kind};
use law::law::{Ground, Law, Letter};
use law::pack;
use law::right::Right;
use law::rule::Rule;

#[test]
fn the_table_of_the_law_is_the_data() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/LAW.md");
    let text = document();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert!(found == text, "docs/LAW.md is stale: run `UPDATE_DOCS=1 cargo test -p law --test table`");
}

const INTRODUCTION: &str = "\
# The law, as it is counted

This page is written from the rule files in `law/data` by `UPDATE_DOCS=1 cargo test -p law --test table`; a test fails when it
is stale. It is an engineering reference with its sources named, not legal advice.

**Dates.** Each duty has a *statutory* date (the best reading), a *cautious* date (the strictest: from the first receipt, no
pause, no restart, no rolling) and a *target* before that. Work is ordered, and alarms are set, by the cautious date. The day
of the event is day 0 and is not counted; it is the civil day in the zone of the establishment that must act. A last day that
a month lacks is its last day; in a minimum wait it is the first of the next month. Pauses are added to the last day before it
is moved to a working day, and it is moved once. Every period is an outer limit: the first duty nearly everywhere is to act
without undue delay.

**Holidays.** Under each law those of the countries count that it names, in the establishment's own part of one. An
establishment anywhere else has only its weekends: a day off there is no reason to be late under the law of another country.

**Doubt never lengthens a date.** A place or year without known holidays has none; an open question, a notice that was not
sent and a rule that is unsettled move nothing.

**Confidence.** H: the primary text or the regulator's own page was read. M: a reliable secondary source, or a primary text
that was not read again. L: weak, contradictory or unsettled; let counsel confirm.

**Pauses.** *Suspend*: the nights between question and answer are added. *Restart*: the period begins again with the answer.
*Stop*: the days from question to answer, both included, are left out of the count. Only answered questions count, and none
that was asked after the last day.
";

fn document() -> String {
    let mut out = INTRODUCTION.to_owned();
    writeln!(out, "\nEdition {} of rules and holidays, SHA-256 `{}`.", pack::id(), pack::sha256()).unwrap();
    overview(&mut out);
    out.push_str("\n## Every duty\n");
    pack::laws().iter().for_each(|law| duties(&mut out, law));
    identities(&mut out);
    refusals(&mut out);
    letters(&mut out);
    out
}

fn rule(law: &Law, duty: Duty) -> Option<&Rule> {
    law.rules.iter().rfind(|rule| rule.duty == duty && rule.holds(Some(Right::Access), Date::MAX))
}

fn overview(out: &mut String) {
    out.push_str("\n## Requests for access, at a glance\n\n");
    out.push_str(
        "| law | answer by | cautious | more time | acknowledge by | appeal decided by |\n|---|---|---|---|---|---|\n",
    );
    for law in pack::laws() {
        let answer = rule(law, Duty::Respond).unwrap();
        let other = |duty| {
            let Some(rule) = rule(law, duty) else { return "–".to_owned() };
            let more = rule.extension.as_ref().and_then(|extension| extension.by);
            more.map_or_else(|| length(rule), |by| format!("{}, + {by}", length(rule)))
        };
        writeln!(
            out,
            "| [{}](#{}) `{}` | {} | {} | {} | {} | {} |",
            law.jurisdiction,
            law.id,
            law.id,
            length(answer),
            cautious(answer),
            more_time(answer),
            other(Duty::Acknowledge),
            other(Duty::DecideAppeal),
        )
        .unwrap();
    }
}

fn length(rule: &Rule) -> String {
    match (rule.period, rule.no_figure) {
        (Some(period), _) => period.to_string(),
        (None, Some(own)) => format!("no figure in law (own: {own})"),
        (None, None) => String::new(),
    }
}

fn cautious(rule: &Rule) -> String {
    match (rule.cautious, &rule.cautious_source) {
        (Some(period), _) => period.to_string(),
        (None, Some(_)) => "from the first receipt, unpaused, unmoved".to_owned(),
        (None, None) => "the same".to_owned(),
    }
}

fn more_time(rule: &Rule) -> String {
    match &rule.extension {
        None => "none".to_owned(),
        Some(extension) => extension.by.map_or("to the day the notice names".to_owned(), |by| format!("+ {by}")),
    }
}

fn list<T: ToString>(items: &[T], none: &str) -> String {
    if items.is_empty() {
        none.to_owned()
    } else {
        items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

fn span(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (None, None) => "any day".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    }
}

fn duties(out: &mut String, law: &Law) {
    writeln!(out, "\n<a id=\"{}\"></a>\n\n### {} — {}\n", law.id, law.jurisdiction, law.title).unwrap();
    let right = |right: &Right| match law.since.get(right) {
        Some(since) => format!("{right} (received from {since})"),
        None => right.to_string(),
    };
    let rights: Vec<String> = law.rights.iter().map(right).collect();
    writeln!(out, "`{}`, {}. Rights: {}. {}\n", law.id, law.citation, rights.join(", "), holidays(law)).unwrap();
    out.push_str("| duty | for | received | period | cautious | moved by weekends and holidays | pauses | more time | source | |\n");
    out.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
    for rule in &law.rules {
        let moves = law.counting.as_ref().is_some_and(|counting| counting.rolling.is_some());
        let moved = match (rule.kind(), moves && rule.rolls.unwrap_or(true), &rule.doubtful_rolling) {
            _ if rule.same_as.is_some() => "as that".to_owned(),
            (Kind::Deadline, true, _) => "yes".to_owned(),
            (Kind::Deadline, false, Some(doubtful)) => format!("no ({doubtful} is too doubtful)"),
            _ => "no".to_owned(),
        };
        let period = match rule.same_as {
            Some(duty) => format!("as to {duty}"),
            None if rule.not_before => format!("not before {}", length(rule)),
            None => length(rule),
        };
        let more = match (rule.same_as, rule.extends) {
            (Some(duty), true) => format!("with that to {duty}"),
            (Some(_), false) => "none of its own".to_owned(),
            _ if rule.kind() != Kind::Deadline => "–".to_owned(),
            _ => more_time(rule),
        };
        writeln!(
            out,
            "| {} v{} | {} | {} | {period} | {} | {moved} | {} | {more} | {} | {} |",
            rule.duty,
            rule.version,
            list(&rule.rights, "all"),
            span(rule.from, rule.to),
            match rule.kind() {
                _ if rule.same_as.is_some() => "as that".to_owned(),
                Kind::Deadline => cautious(rule),
                Kind::NotBefore | Kind::NoFigure => "–".to_owned(),
            },
            if rule.same_as.is_some() { "as that".to_owned() } else { pauses(rule) },
            sources(rule),
            rule.confidence,
        )
        .unwrap();
    }
    let notes = law.rules.iter().filter_map(|rule| rule.note.as_ref().map(|note| format!("{}: {note}", rule.duty)));
    let notes: Vec<String> = law.notes.iter().cloned().chain(notes).collect();
    if !notes.is_empty() {
        out.push('\n');
        notes.iter().for_each(|note| writeln!(out, "- {note}").unwrap());
    }
}

fn holidays(law: &Law) -> String {
    let counting = law.counting.as_ref().unwrap();
    match &counting.holidays_source {
        None => "Public holidays of no country count.".to_owned(),
        Some(source) => format!("Public holidays count in {} ({source}).", counting.holidays.join(", ")),
    }
}

fn pauses(rule: &Rule) -> String {
    let pauses = rule.pauses.iter().filter(|pause| pause.effect != PauseEffect::None);
    let told = pauses.map(|pause| {
        let rights = if pause.rights.is_empty() { String::new() } else { format!(" ({})", list(&pause.rights, "")) };
        let place = pause.country.as_ref().map(|country| format!(" in {country}")).unwrap_or_default();
        format!("{}{rights}{place}: {}, {} [{}]", pause.inquiry, pause.effect, pause.source, pause.confidence)
    });
    let told: Vec<String> = told.collect();
    list(&told, "none")
}

fn sources(rule: &Rule) -> String {
    let mut text = rule.source.clone();
    if let Some(source) = rule.cautious.and(rule.cautious_source.as_ref()) {
        write!(text, "; cautious: {source}").unwrap();
    }
    if let Some(extension) = &rule.extension {
        write!(text, "; more time: {}", extension.source).unwrap();
        if extension.confidence != rule.confidence {
            write!(text, " [{}]", extension.confidence).unwrap();
        }
    }
    text
}

fn identities(out: &mut String) {
    out.push_str("\n## Proof of identity\n\n| law | rights | proof | without it | source |\n|---|---|---|---|---|\n");
    let told = |law: &Law, source: fn(&Law, &str) -> String| {
        let rows = law.identities.iter().map(|row| {
            let (proof, unproven) = (row.proof.as_str().replace('_', " "), row.unproven.as_str().replace('_', " "));
            format!("{} | {proof} | {unproven} | {} |", list(&row.rights, "all"), source(law, &row.source))
        });
        rows.collect::<Vec<String>>()
    };
    for (laws, rows) in grouped(told) {
        rows.iter().for_each(|row| writeln!(out, "| {laws} | {row}").unwrap());
    }
}

fn refusals(out: &mut String) {
    out.push_str(
        "\n## Grounds to refuse\n\nUnder every law a refusal is a person's decision with its reasons stored. The code is stored with it.\n",
    );
    let row = |law: &Law, ground: &Ground, source: fn(&Law, &str) -> String| {
        let rights = list(&ground.rights, "all");
        format!(
            "| `{}` | {} | {rights} | {} | {} |",
            ground.code,
            ground.text,
            source(law, &ground.basis),
            ground.confidence
        )
    };
    let told = |law: &Law, source| law.grounds.iter().map(|ground| row(law, ground, source)).collect::<Vec<String>>();
    for (laws, rows) in grouped(told) {
        writeln!(out, "\n### {laws}\n\n| code | says | against | basis | |\n|---|---|---|---|---|").unwrap();
        rows.iter().for_each(|row| writeln!(out, "{row}").unwrap());
    }
}

fn letters(out: &mut String) {
    out.push_str("\n## What a letter must contain\n\nIn the order of the law. A letter that is not named has no content that the law prescribes.\n");
    let row = |law: &Law, letter: &Letter, source: fn(&Law, &str) -> String| {
        let parts = letter.parts.iter().map(|(part, given)| match source(law, given).as_str() {
            "the act" => part.as_str().replace('_', " "),
            source => format!("{} ({source})", part.as_str().replace('_', " ")),
        });
        let parts: Vec<String> = parts.collect();
        format!(
            "| {} | {} | {} |",
            letter.kind.as_str().replace('_', " "),
            span(letter.from, letter.to),
            parts.join(", ")
        )
    };
    let told = |law: &Law, source| {
        let letters = law.letters.iter().filter(|letter| !letter.parts.is_empty());
        letters.map(|letter| row(law, letter, source)).collect::<Vec<String>>()
    };
    for (laws, rows) in grouped(told) {
        writeln!(out, "\n### {laws}\n\n| letter | written | contains |\n|---|---|---|").unwrap();
        rows.iter().for_each(|row| writeln!(out, "{row}").unwrap());
    }
}

/// The rows of each law; laws that say the same about themselves stand together.
fn grouped(told: impl Fn(&Law, fn(&Law, &str) -> String) -> Vec<String>) -> Vec<(String, Vec<String>)> {
    let own = |law: &Law, source: &str| if source == law.citation { "the act".to_owned() } else { source.to_owned() };
    let mut groups: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for law in pack::laws() {
        let rows = told(law, own);
        match groups.iter_mut().find(|(_, other)| *other == rows) {
            Some((laws, _)) => laws.push(&law.jurisdiction),
            None => groups.push((vec![&law.jurisdiction], rows)),
        }
    }
    groups.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(laws, rows)| (laws.join(", "), rows)).collect()
}
