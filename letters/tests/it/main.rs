//! Letters, told from outside: what they look like, what they must say, and what no value and no template can do to them.

mod edited;
mod every_letter;
mod hostile;
mod must_say;
mod own_templates;
mod paper;
mod several_laws;
mod tables;
