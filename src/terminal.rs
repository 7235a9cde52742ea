//! Writing to the terminal: lines, tables, headings. A reader that has gone away is an end, not an error.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

/// One line under the header and none between rows: what is read are the rows.
const UNDERLINED: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Writes a line to standard output.
pub fn say(line: impl Display) {
    write_or_end(&mut std::io::stdout().lock(), format_args!("{line}\n"));
}

/// Writes a line to standard error, for what is not the result.
pub fn note(line: impl Display) {
    write_or_end(&mut std::io::stderr().lock(), format_args!("{line}\n"));
}

/// Writes a value as indented JSON.
///
/// # Errors
/// It does not serialise.
pub fn say_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(value)?);
    Ok(())
}

fn write_or_end(to: &mut impl Write, text: std::fmt::Arguments<'_>) {
    let written = to.write_fmt(text).and_then(|()| to.flush());
    if let Err(error) = written
        && error.kind() == ErrorKind::BrokenPipe
    {
        // `dsr request list | head` has had what it wanted.
        std::process::exit(0);
    }
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// An empty table: underlined and fitted to the terminal, or bare columns where a program reads it.
pub fn table<'a>(header: impl IntoIterator<Item = &'a str>) -> Table {
    let mut table = Table::new();
    if is_terminal() {
        table.load_style(UNDERLINED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.load_style(NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(header.into_iter().collect::<Vec<_>>());
    table
}

/// Writes a table.
pub fn say_table(table: &Table) {
    say(table.trim_fmt());
}

/// A heading above a table.
pub fn heading(text: &str) {
    say(format_args!("\n{}", console_bold(text)));
}

fn console_bold(text: &str) -> String {
    if is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// The mark of what is as it should be, or is not.
pub const fn mark(good: bool) -> &'static str {
    if good { "✓" } else { "✗" }
}
