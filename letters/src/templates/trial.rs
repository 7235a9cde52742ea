//! Trying a template before it is used: what it asks for, and every sample letter made with it.

use minijinja::{Environment, Value, context};

use super::remedies::Remedies;
use super::{Templates, for_subject, values};
use crate::context::Context;
use crate::context::samples;
use crate::engine;
use crate::error::{Fault, LetterError, Place};
use crate::kind::{Audience, LetterKind};
use crate::requirement::{self, Case};
use crate::template::{Name, Shared, TemplateId};

/// Tries the template with all samples of all letters made with it.
pub(super) fn run(templates: &Templates, id: TemplateId) -> Result<(), LetterError> {
    for kind in LetterKind::ALL.iter().copied().filter(|kind| id.name.serves(*kind)) {
        let samples = samples::all(kind, id.language);
        for context in samples.iter().take(1) {
            asks_only_for_what_is_there(&templates.environment, id, context)?;
        }
        for context in &samples {
            templates.render(context)?;
        }
    }
    Ok(())
}

/// A name that does not exist is found even where no sample comes by it.
fn asks_only_for_what_is_there(
    environment: &Environment<'static>,
    id: TemplateId,
    context: &Context,
) -> Result<(), Fault> {
    let mandatory = Case::of(context).map(|case| requirement::mandatory(&case)).unwrap_or_default();
    let there = values(context, &mandatory, &Remedies::of(context));
    let filled = |name: &'static str| (name, engine::markup(String::new()));
    let body = match (id.name, context.kind().audience()) {
        (Name::Letter(_), Audience::Person) => context! { ..Value::from_pairs([filled("remedies")]), ..there.clone() },
        (Name::Shared(Shared::Remedies), _) | (Name::Letter(_), Audience::Officer | Audience::Guest) => there.clone(),
        (Name::Shared(_), _) => context! { ..Value::from_pairs([filled("remedies"), filled("body")]), ..there.clone() },
    };
    for (place, there) in [(Place::Subject, for_subject(&there)), (Place::Body, body)] {
        let unknown = engine::asks_for(environment, id, place).into_iter().find(|path| !leads_somewhere(&there, path));
        if let Some(path) = unknown {
            return Err(Fault {
                id,
                place,
                line: engine::line_of(environment, id, place, &path),
                variable: Some(path),
                problem: "there is no such variable in this letter".to_owned(),
            });
        }
    }
    Ok(())
}

/// Whether a path such as `controller.name` leads to something, as far as it can be followed: what is absent in a sample
/// may be there in a letter.
fn leads_somewhere(values: &Value, path: &str) -> bool {
    let mut at = values.clone();
    for name in path.split('.') {
        if at.is_none() {
            return true;
        }
        match at.get_attr(name) {
            Ok(next) if !next.is_undefined() => at = next,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::template::Source;

    /// The lines that are not words: fences, and tags on lines of their own.
    fn bones(id: TemplateId) -> Vec<String> {
        let body = Source::embedded(id).body;
        let bone = |line: &&str| line.starts_with(":::") || line.starts_with("{%") && line.ends_with("%}");
        body.lines().filter(bone).map(str::to_owned).collect()
    }

    #[test]
    fn all_languages_have_the_same_templates_with_the_same_parts_conditions_and_variables() {
        let templates = Templates::embedded();
        for name in Name::all() {
            let english = TemplateId { language: Language::English, name };
            for language in Language::ALL {
                let id = TemplateId { language, name };
                assert_eq!(bones(id), bones(english), "{id}");
                for place in [Place::Subject, Place::Body] {
                    let asks = |id| engine::asks_for(&templates.environment, id, place);
                    assert_eq!(asks(id), asks(english), "{id}");
                }
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_words() {
        let keys = |language: Language| {
            let words = language.words();
            let tables = [&words.right, &words.law, &words.kind, &words.duty, &words.channel, &words.cause];
            tables.map(|table| table.keys().collect::<Vec<_>>())
        };
        for language in Language::ALL {
            assert_eq!(keys(language), keys(Language::English), "{language}");
        }
    }
}
