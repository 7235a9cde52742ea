//! What we write to people: from a typed context to a letter in plain text and HTML, checked against what the law says it
//! must contain. No I/O, no clock, no database, no mail.
//!
//! The way through: a [`context::Context`] goes to [`templates::Templates::render`], which gives a [`letter::Letter`] or
//! says what is missing. [`templates::Templates::check`] tries a controller's own template before it is saved. [`edit::edit`]
//! changes the words of one letter.
//!
//! Why one template for both forms: with text and HTML apart, every sentence stands twice in four languages, and what the
//! law demands would have to be checked twice. A template is written in a small markup ([`markup`]); values enter it as
//! values, never as markup, and one document is drawn as text, as HTML and on paper.

pub mod authority;
pub mod context;
pub mod edit;
mod embedded;
mod engine;
pub mod error;
mod html;
pub mod kind;
pub mod language;
pub mod letter;
pub mod markup;
pub mod part;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod requirement;
pub mod template;
pub mod templates;
mod text;
mod value;
