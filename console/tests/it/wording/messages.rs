//! The messages that there are, beside those that pages say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use console::words::FILES;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser::parse;

use super::sets;

/// The messages of a text, each with the values it inserts.
fn messages(page: &str, text: &'static str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = parse(text).unwrap_or_else(|(_, errors)| panic!("{page}: {errors:?}"));
    let mut all = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            assert!(!matches!(entry, Entry::Junk { .. }), "{page} has something that is no message");
            continue;
        };
        let mut values = BTreeSet::new();
        let pattern = message.value.unwrap_or_else(|| panic!("{} says nothing", message.id.name));
        inserted(&pattern.elements, &mut values);
        assert!(all.insert(message.id.name.to_owned(), values).is_none(), "{} is there twice", message.id.name);
    }
    all
}

fn inserted(elements: &[PatternElement<&str>], values: &mut BTreeSet<String>) {
    let mut inline = |expression: &InlineExpression<&str>| {
        if let InlineExpression::VariableReference { id } = expression {
            values.insert(id.name.to_owned());
        }
    };
    let mut variants = Vec::new();
    for element in elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(expression) } => inline(expression),
            PatternElement::Placeable { expression: Expression::Select { selector, variants: cases } } => {
                inline(selector);
                variants.extend(cases.iter().map(|case| &case.value.elements));
            }
            PatternElement::TextElement { .. } => {}
        }
    }
    for elements in variants {
        inserted(elements, values);
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_values() {
    let mut all = BTreeSet::new();
    for (page, english, german) in FILES {
        let english = messages(page, english);
        assert_eq!(english, messages(page, german), "{page}");
        for id in english.into_keys() {
            assert!(all.insert(id.clone()), "{id} is in two files");
        }
    }
    let names: BTreeSet<_> = FILES.iter().map(|(page, ..)| format!("{page}.ftl")).collect();
    for language in ["en", "de"] {
        let there = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language)).unwrap();
        let there: BTreeSet<_> = there.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(there, names, "{language}");
    }
}

/// All sources and templates, as one text.
fn sources() -> String {
    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let (root, mut text) = (Path::new(env!("CARGO_MANIFEST_DIR")), String::new());
    read(&root.join("src"), &mut text);
    read(&root.join("templates"), &mut text);
    // As one line, so that no call looks different because it was too long for its own.
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(")
}

#[test]
fn what_is_said_is_there_and_what_is_there_is_said() {
    let there: BTreeSet<_> = FILES.iter().flat_map(|(page, english, _)| messages(page, english).into_keys()).collect();
    let sources = sources();
    let mut said = BTreeSet::new();
    for call in [".t(\"", ".with(\"", ".filled(\"", "Choice::words(&s, \"", "Choice::words(s, \""] {
        for rest in sources.split(call).skip(1) {
            said.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    // The pages of the header stand in a table.
    said.extend(sources.split("\"nav-").skip(1).map(|rest| format!("nav-{}", rest.split('"').next().unwrap())));
    let missing: Vec<_> = said.difference(&there).collect();
    assert!(missing.is_empty(), "said, but in no file: {missing:?}");
    for (set, words, must) in sets() {
        for word in words {
            let id = format!("{set}-{}", word.replace(['_', '.'], "-").to_lowercase());
            assert!(!must || there.contains(&id), "{id} is missing");
            said.insert(id);
        }
    }
    let unused: Vec<_> = there.difference(&said).collect();
    assert!(unused.is_empty(), "in a file, but never said: {unused:?}");
}
