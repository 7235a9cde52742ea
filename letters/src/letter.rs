//! A letter as it goes out.

use std::collections::BTreeSet;

use crate::kind::LetterKind;
use crate::language::Language;
use crate::markup::Document;
use crate::part::Part;
use crate::requirement::Mandatory;
use crate::template::TemplateId;

/// A letter as it goes out. The same context and templates give the same letter, to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is for.
    pub kind: LetterKind,
    /// The language it is written in.
    pub language: Language,
    /// The subject: one line of at most [`MAX_SUBJECT`] characters, without personal data.
    pub subject: String,
    /// The letter as plain text.
    pub text: String,
    /// The letter as an HTML page.
    pub html: String,
    /// The parts it says.
    pub parts: BTreeSet<Part>,
    /// Those of them that the law asks for, with what asks for each.
    pub mandatory: Vec<Mandatory>,
    /// What it was made with, for the evidence.
    pub made_with: MadeWith,
    /// What both forms were drawn from.
    pub document: Document,
}

/// The longest subject, in characters.
pub const MAX_SUBJECT: usize = 120;

/// What a letter was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeWith {
    /// The template.
    pub template: TemplateId,
    /// Whether it, or one that it shares with other letters, is the controller's own.
    pub own: bool,
    /// SHA-256, in hexadecimal, over all texts that such a letter is made of, its values aside.
    pub hash: String,
}
