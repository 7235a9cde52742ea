//! Tables as CSV (RFC 4180, UTF-8) that no spreadsheet takes for more than text.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@` or a control character as a formula, whether the cell is
//! quoted or not. Such a cell gets an apostrophe in front, as OWASP advises against "CSV injection"; so do the full-width
//! forms of these characters, which some programs fold, and cells with blanks before them.

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// Lines of CSV for these rows.
#[must_use]
pub fn lines<R, C>(rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut builder = WriterBuilder::new();
    builder.terminator(Terminator::CRLF).quote_style(QuoteStyle::Necessary).flexible(true);
    let mut writer = builder.from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(|cell| harmless(cell.as_ref()));
        writer.write_record(cells).expect("writing to memory does not fail, and rows may differ in length");
    }
    writer.into_inner().expect("flushing to memory does not fail")
}

/// A cell that is read as text.
fn harmless(cell: &str) -> String {
    let first = cell.chars().find(|it| *it != ' ' && *it != '\u{a0}' && *it != '\u{feff}');
    let runs = |it: char| matches!(it, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || it.is_control();
    if first.is_some_and(runs) { format!("'{cell}") } else { cell.to_owned() }
}

/// A flag as a cell; nothing where it is not known yet.
#[must_use]
pub fn flag(is: Option<bool>) -> String {
    is.map_or("", |is| if is { "yes" } else { "no" }).to_owned()
}

/// What may be absent as a cell.
#[must_use]
pub fn maybe(value: Option<impl ToString>) -> String {
    value.map(|it| it.to_string()).unwrap_or_default()
}

/// Counts by name as one cell: `complexity 2; other 1`.
#[must_use]
pub fn counts(of: &std::collections::BTreeMap<String, u64>) -> String {
    of.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use csv::ReaderBuilder;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_would_run_is_text() {
        let table = [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            ("  =1", "'  =1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("＝1", "'＝1"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("=1,2", "\"'=1,2\""),
            ("a=1", "a=1"),
            ("2026-01-01", "2026-01-01"),
            ("", ""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
        ];
        for (cell, written) in table {
            let line = lines([["x", cell]]);
            assert_eq!(String::from_utf8(line).unwrap(), format!("x,{written}\r\n"), "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_and_never_runs(cells in proptest::collection::vec("\\PC*|[=+@\t\r\n\", -].*", 2..6)) {
            let written = lines([&cells]);
            let mut reader = ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
            let read = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(read.len(), cells.len());
            for (read, cell) in read.iter().zip(&cells) {
                prop_assert!(read == cell || read.strip_prefix('\'') == Some(cell.as_str()));
                prop_assert!(!read.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            }
        }
    }
}
