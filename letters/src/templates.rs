//! All templates, those of the program and a controller's own in their place, and the way from a context to a letter.

mod remedies;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use minijinja::value::{Serde, merge_maps};
use minijinja::{Environment, Value, context};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::context::{Context, Shared as SharedContext};
use crate::embedded;
use crate::engine::{self, Failure};
use crate::error::{Fault, LetterError, Place};
use crate::html;
use crate::kind::{Audience, LetterKind};
use crate::language::Language;
use crate::letter::{Letter, MAX_SUBJECT, MadeWith};
use crate::markup::{self, BODY, Document};
use crate::part::Part;
use crate::requirement::{self, Case, Mandatory};
use crate::template::{Name, Override, Shared, Source, TemplateId};
use crate::text;
use remedies::Remedies;

/// All templates of all languages. Cheap to clone; one a controller that has templates of its own.
#[derive(Debug, Clone)]
pub struct Templates {
    environment: Environment<'static>,
    /// What each template's texts hash to.
    digests: BTreeMap<TemplateId, Digest>,
    /// Which of them are the controller's own.
    own: BTreeSet<TemplateId>,
}

/// SHA-256.
type Digest = [u8; 32];

static EMBEDDED: LazyLock<Templates> = LazyLock::new(|| {
    let mut templates =
        Templates { environment: engine::environment(), digests: BTreeMap::new(), own: BTreeSet::new() };
    for language in Language::ALL {
        for name in Name::all() {
            let id = TemplateId { language, name };
            templates.read(id, &Source::embedded(id)).expect("embedded, and read by a test");
        }
    }
    templates
});

/// The words of each language, as templates reach them, and what their table hashes to.
static WORDS: LazyLock<BTreeMap<Language, (Value, Digest)>> = LazyLock::new(|| {
    let words = |language: Language| (from(language.words()), Sha256::digest(embedded::words(language)).into());
    Language::ALL.into_iter().map(|language| (language, words(language))).collect()
});

impl Templates {
    /// The templates that come with the program.
    pub fn embedded() -> Self {
        EMBEDDED.clone()
    }

    /// The templates that come with the program, with a controller's own in place of some. Of two for the same template
    /// the later one counts.
    ///
    /// # Errors
    ///
    /// One that cannot be read. This is not [`Self::check`]: what was checked when it was saved is not tried again here.
    pub fn with_overrides(overrides: impl IntoIterator<Item = Override>) -> Result<Self, Fault> {
        let mut templates = Self::embedded();
        for own in overrides {
            templates.read(own.id, &own.source)?;
            templates.own.insert(own.id);
        }
        Ok(templates)
    }

    /// Tries a controller's own template, beside those it has already, with samples of every letter made with it, under
    /// every law and with every outcome. To be called before it is saved.
    ///
    /// # Errors
    ///
    /// The first fault found, with template, line and variable; or the mandatory part that a letter would lack.
    pub fn check(&self, own: &Override) -> Result<(), LetterError> {
        let mut templates = self.clone();
        templates.read(own.id, &own.source)?;
        templates.own.insert(own.id);
        trial::run(&templates, own.id)
    }

    /// Writes a letter.
    ///
    /// # Errors
    ///
    /// [`LetterError::Incomplete`] if it would not say what law wants it to say; it names each part and the source.
    pub fn render(&self, context: &Context) -> Result<Letter, LetterError> {
        let (kind, language) = (context.kind(), context.language());
        let case = Case::of(context);
        let known = |case: Case<'_>| {
            !case.regimes.is_empty() && case.regimes.iter().all(|regime| requirement::is_known(regime))
        };
        if case.is_some_and(|case| !known(case)) {
            return Err(LetterError::UnknownRegime);
        }
        if !context.answers_its_right() {
            return Err(LetterError::WrongRight(kind));
        }
        let mandatory = case.map(|case| requirement::mandatory(&case)).unwrap_or_default();
        let remedies = Remedies::of(context);
        let values = values(context, &mandatory, &remedies);
        let id = TemplateId { language, name: Name::Letter(kind) };

        let subject = self.subject(id, &values)?;
        let document = self.document(id, kind, &values)?;
        let blocks = document.blocks();
        let text = text::draw(&blocks, language);
        let parts: BTreeSet<Part> = document
            .parts
            .iter()
            .copied()
            .filter(|part| {
                let in_words = || mandatory.iter().any(|must| must.part == *part && must.in_words);
                !requirement::needs_value(*part) || document.valued.contains(part) || in_words()
            })
            .filter(|part| remedies.are_all_in(&text, *part))
            .collect();
        let (mandatory, missing): (Vec<_>, Vec<_>) = mandatory.into_iter().partition(|must| parts.contains(&must.part));
        if !missing.is_empty() {
            let regimes = case.map(|case| case.regimes.to_owned()).unwrap_or_default();
            return Err(LetterError::Incomplete { kind, regimes, missing });
        }
        Ok(Letter {
            kind,
            language,
            text,
            html: html::draw(&blocks, &subject, language),
            subject,
            parts,
            mandatory,
            made_with: self.made_with(id, kind),
            document,
        })
    }

    /// One line, without marks, of bounded length.
    fn subject(&self, id: TemplateId, values: &Value) -> Result<String, LetterError> {
        let rendered = self.text(id, Place::Subject, &for_subject(values))?;
        let plain: String = rendered
            .chars()
            .map(|c| if c == crate::value::BREAK { ' ' } else { c })
            .filter(|c| !crate::value::is_mark(*c))
            .collect();
        let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= MAX_SUBJECT {
            return Ok(line);
        }
        let short: String = line.chars().take(MAX_SUBJECT - 1).collect();
        Ok(format!("{}…", short.trim_end()))
    }

    /// The body within its layout.
    fn document(&self, id: TemplateId, kind: LetterKind, values: &Value) -> Result<Document, LetterError> {
        let of = |shared| TemplateId { language: id.language, name: Name::Shared(shared) };
        let layout = match kind.audience() {
            Audience::Person => of(Shared::Layout),
            Audience::Officer => of(Shared::OfficerLayout),
            Audience::Guest => of(Shared::GuestLayout),
        };
        let remedies = match kind.audience() {
            Audience::Person => self.text(of(Shared::Remedies), Place::Body, values)?,
            Audience::Officer | Audience::Guest => String::new(),
        };
        let values = context! { remedies => engine::markup(remedies), ..values.clone() };
        let body = self.text(id, Place::Body, &values)?;
        // Read alone first, so that what is wrong with it is not blamed on the layout.
        markup::parse(&body).map_err(|error| malformed(id, error.to_string()))?;
        let fenced = format!("\n::: {BODY}\n{body}\n:::\n");
        let page = self.text(layout, Place::Body, &context! { body => engine::markup(fenced), ..values })?;
        let document = markup::parse(&page).map_err(|error| malformed(layout, error.to_string()))?;
        if !document.has_body {
            return Err(malformed(layout, "does not say `{{ body }}` on a line of its own".to_owned()).into());
        }
        Ok(document)
    }

    fn text(&self, id: TemplateId, place: Place, values: &Value) -> Result<String, LetterError> {
        engine::render(&self.environment, id, place, values).map_err(|failure| match (failure, id.name) {
            (Failure::Fault(fault), _) => LetterError::Template(fault),
            (Failure::TooLong, Name::Letter(kind)) => LetterError::TooLong(kind),
            (Failure::TooLong, Name::Shared(_)) => malformed(id, "makes the letter too long".to_owned()).into(),
        })
    }

    fn made_with(&self, id: TemplateId, kind: LetterKind) -> MadeWith {
        let used = Name::all().filter(|name| name.serves(kind)).map(|name| TemplateId { language: id.language, name });
        let mut hash = Sha256::new();
        let mut own = false;
        for (id, digest) in used.filter_map(|id| Some((id, self.digests.get(&id)?))) {
            own |= self.own.contains(&id);
            hash.update(digest);
        }
        hash.update(WORDS[&id.language].1);
        MadeWith { template: id, own, hash: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    /// Takes both texts of a template in.
    fn read(&mut self, id: TemplateId, source: &Source) -> Result<(), Fault> {
        read(&mut self.environment, id, source)?;
        let mut hash = Sha256::new();
        for text in [&source.subject, &source.body] {
            // With its length before it, so that no two pairs of texts are hashed alike.
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        self.digests.insert(id, hash.finalize().into());
        Ok(())
    }
}

fn malformed(id: TemplateId, problem: String) -> Fault {
    Fault { id, place: Place::Body, line: None, variable: None, problem }
}

/// Reads both texts of a template.
fn read(environment: &mut Environment<'static>, id: TemplateId, source: &Source) -> Result<(), Fault> {
    let fault = |place, line, problem: &str| Fault { id, place, line, variable: None, problem: problem.to_owned() };
    if source.subject.lines().count() > 1 {
        return Err(fault(Place::Subject, Some(2), "a subject is one line"));
    }
    match id.name {
        Name::Letter(_) if source.subject.trim().is_empty() => {
            return Err(fault(Place::Subject, None, "a letter needs a subject"));
        }
        Name::Shared(_) if !source.subject.is_empty() => {
            return Err(fault(Place::Subject, Some(1), "a shared template has no subject"));
        }
        _ => {}
    }
    for (number, line) in source.body.lines().enumerate() {
        let names = line.trim().strip_prefix(":::").unwrap_or_default();
        if let Some(unknown) = names.split_whitespace().find(|name| name.parse::<Part>().is_err()) {
            return Err(fault(Place::Body, Some(number + 1), &format!("`{unknown}` is not a part of a letter")));
        }
    }
    engine::add(environment, id, Place::Subject, &source.subject)?;
    engine::add(environment, id, Place::Body, &source.body)
}

/// All that templates can ask for: the context, the words of its language, and what law and region say.
fn values(context: &Context, mandatory: &[Mandatory], remedies: &Remedies) -> Value {
    let language = context.language();
    let own = from(context);
    let must: BTreeMap<&str, bool> =
        Part::ALL.iter().map(|part| (part.as_str(), mandatory.iter().any(|must| must.part == *part))).collect();
    let shared = context! { words => WORDS[&language].0.clone(), must => from(&must) };
    match context.shared() {
        SharedContext::Officer(_) | SharedContext::Guest(_) => merge_maps([own, shared, context! { us => false }]),
        SharedContext::Person(common) => {
            let names = common.regimes.iter().filter_map(|regime| language.words().law.get(regime));
            let derived = context! {
                us => common.regimes.first().is_some_and(|first| first.starts_with("us_")),
                authorities => from(&remedies.authorities),
                attorneys_general => from(&remedies.attorneys_general),
                law => names.map(String::as_str).collect::<Vec<_>>().join("; "),
                time_limit_days => requirement::time_limit_days(&common.regimes),
            };
            merge_maps([own, shared, derived])
        }
    }
}

/// A value of the engine's.
fn from(value: impl Serialize) -> Value {
    Value::from(Serde(value))
}

/// What a subject may say. Subjects stand in lists, previews and logs of mail servers, so there is no personal data here.
fn for_subject(values: &Value) -> Value {
    const ALLOWED: [&str; 12] = [
        "reference",
        "controller",
        "controller_name",
        "right",
        "outcome",
        "decision",
        "duty",
        "days_left",
        "days_over",
        "words",
        "language",
        "us",
    ];
    let said = ALLOWED.into_iter().filter_map(|name| Some((name, values.get_attr(name).ok()?)));
    Value::from_pairs(said.filter(|(_, value)| !value.is_undefined()))
}
