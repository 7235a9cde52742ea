//! The template engine, narrowed to what letters need: values, conditions, loops, two filters for dates.
//!
//! A controller's template is a stranger's program. It can call nothing, include nothing and keep nothing: only the tags of
//! [`TAGS`] are known, steps and bytes are counted, and every value is marked as a value whatever the template does with it.

use std::fmt;
use std::io;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use crate::error::{Fault, Place};
use crate::language::{DateOrder, Language};
use crate::template::TemplateId;
use crate::value::{BEGIN, END, clean, is_mark};

/// The longest letter, as rendered from its template. An officer's pen does not fill a tenth of it.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// The longest template.
const MAX_SOURCE_BYTES: usize = 64 * 1024;
/// Steps a template may take; the longest of ours takes some 600.
const FUEL: u64 = 20_000;
/// The tags a template may use. What could store or repeat text, and so make it grow, is not among them.
const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// What another template rendered, on its way into this one as it is.
#[derive(Debug)]
struct Markup(String);

impl Object for Markup {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Joined with something else it is no longer what was rendered, and counts as a value.
        f.write_str(&self.0)
    }
}

/// Something that a template says without its being a value: what another template rendered.
pub(crate) fn markup(rendered: String) -> Value {
    Value::from_object(Markup(rendered))
}

/// Why a text could not be rendered.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The template is at fault.
    Fault(Fault),
    /// The letter would be longer than [`MAX_BYTES`].
    TooLong,
}

/// An engine without templates.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(32);
    environment.set_debug(true);
    environment.set_formatter(format);
    environment.add_filter("date", date);
    environment.add_filter("date_time", date_time);
    environment
}

/// Every value that is printed is cleaned and marked; nothing a template can do leads around this.
fn format(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if let Some(Markup(rendered)) = value.downcast_object_ref() {
        out.write_str(rendered)?;
    } else if value.is_undefined() {
        return Err(ErrorKind::UndefinedError.into());
    } else if !value.is_none() {
        write!(out, "{BEGIN}{}{END}", clean(&value.to_string()))?;
    }
    Ok(())
}

fn language(state: &State<'_, '_>) -> Result<(Language, DateOrder), Error> {
    let said = |name| state.lookup(name).ok_or_else(|| Error::from(ErrorKind::UndefinedError));
    let language = said("language")?.as_str().and_then(|code| code.parse().ok());
    let order = if said("us")?.is_true() { DateOrder::MonthFirst } else { DateOrder::DayFirst };
    language.map(|language| (language, order)).ok_or_else(|| ErrorKind::InvalidOperation.into())
}

fn date(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    let (language, order) = language(state)?;
    let date: Option<Date> = value.as_str().and_then(|text| text.parse().ok());
    date.map(|date| language.date(date, order)).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "not a date"))
}

fn date_time(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    let (language, order) = language(state)?;
    let at: Option<DateTime> = value.as_str().and_then(|text| text.parse().ok());
    at.map(|at| language.date_time(at, order))
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "not a date with a time"))
}

/// The name a template goes by in an environment.
fn name(id: TemplateId, place: Place) -> String {
    match place {
        Place::Subject => format!("{id}/subject"),
        Place::Body => format!("{id}/body"),
    }
}

/// Reads one text of a template. A fault names the line.
pub(crate) fn add(
    environment: &mut Environment<'static>,
    id: TemplateId,
    place: Place,
    source: &str,
) -> Result<(), Fault> {
    let fault = |line, problem: String| Fault { id, place, line, variable: None, problem };
    if source.len() > MAX_SOURCE_BYTES {
        return Err(fault(None, format!("longer than {MAX_SOURCE_BYTES} bytes")));
    }
    for (number, line) in source.lines().enumerate() {
        if line.contains(is_mark) {
            return Err(fault(Some(number + 1), "contains a character kept for our own use".to_owned()));
        }
    }
    if let Some((line, tag)) = tags(source).find(|(_, tag)| !TAGS.contains(tag)) {
        return Err(fault(Some(line), format!("`{tag}` cannot be used here")));
    }
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| fault(None, error.to_string()))?);
    environment.add_template_owned(name(id, place), keep_line_ends(source)).map_err(|error| blame(id, place, &error))
}

/// The names of all tags, with their lines.
fn tags(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices("{%").map(|(at, mark)| {
        let inner = source[at + mark.len()..].trim_start_matches(['-', '+']).trim_start();
        let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
        (source[..at].matches('\n').count() + 1, &inner[..end])
    })
}

/// A line of nothing but tags leaves no line behind; a line that merely ends with a tag keeps its end.
fn keep_line_ends(source: &str) -> String {
    let mut kept = String::with_capacity(source.len() + 16);
    for line in source.lines() {
        let trimmed = line.trim_end();
        match trimmed.strip_suffix("%}") {
            Some(start) if !start.ends_with(['-', '+']) && !only_tags(trimmed) => {
                kept.push_str(start);
                kept.push_str("+%}");
            }
            _ => kept.push_str(trimmed),
        }
        kept.push('\n');
    }
    kept
}

fn only_tags(line: &str) -> bool {
    let mut rest = line.trim_start();
    while let Some(tag) = rest.strip_prefix("{%") {
        let Some((_, after)) = tag.split_once("%}") else { return false };
        rest = after.trim_start();
    }
    rest.is_empty()
}

/// Renders one text of a template.
pub(crate) fn render(
    environment: &Environment<'static>,
    id: TemplateId,
    place: Place,
    values: &Value,
) -> Result<String, Failure> {
    let blamed = |error: &Error| Failure::Fault(blame(id, place, error));
    let template = environment.get_template(&name(id, place)).map_err(|error| blamed(&error))?;
    let mut page = Page { text: Vec::new(), full: false };
    match template.render_captured_to(values.clone(), &mut page) {
        Ok(_) => {}
        Err(_) if page.full => return Err(Failure::TooLong),
        Err(error) => return Err(blamed(&error)),
    }
    // Text comes in whole pieces of UTF-8, so nothing is replaced here.
    Ok(String::from_utf8_lossy(&page.text).into_owned())
}

/// Variables a template asks for, as paths, whether or not a run would come by them.
pub(crate) fn asks_for(environment: &Environment<'static>, id: TemplateId, place: Place) -> Vec<String> {
    let Ok(template) = environment.get_template(&name(id, place)) else { return Vec::new() };
    let mut paths: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    paths.sort();
    paths
}

/// Where output goes until the page is full.
struct Page {
    text: Vec<u8>,
    full: bool,
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > MAX_BYTES {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the engine says, as a fault of the template. Its own words may quote values, so they are kept only where they can
/// only speak of the template: while it is read.
fn blame(id: TemplateId, place: Place, error: &Error) -> Fault {
    let expression = error.template_source().zip(error.range()).and_then(|(source, range)| source.get(range));
    let problem = match error.kind() {
        ErrorKind::SyntaxError => error.detail().unwrap_or("cannot be read").to_owned(),
        ErrorKind::UndefinedError => "there is no such variable in this letter".to_owned(),
        ErrorKind::UnknownFilter => "there is no such filter; there are `date` and `date_time`".to_owned(),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "nothing can be called here".to_owned(),
        ErrorKind::UnknownTest => "there are no tests".to_owned(),
        ErrorKind::OutOfFuel => "takes too many steps".to_owned(),
        kind => kind.to_string(),
    };
    let variable = match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::OutOfFuel => None,
        _ => expression.map(str::to_owned),
    };
    Fault { id, place, line: error.line(), variable, problem }
}

/// The first line that names the variable.
pub(crate) fn line_of(environment: &Environment<'static>, id: TemplateId, place: Place, path: &str) -> Option<usize> {
    let template = environment.get_template(&name(id, place)).ok()?;
    template.source().lines().position(|line| line.contains(path)).map(|number| number + 1)
}
