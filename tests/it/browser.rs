//! Stories of people at a real browser: a Chromium without a window, on the pages of the real service, with the demo's people on
//! the platform. They are few and rich, because each takes seconds.

mod acts;
mod checks;
mod deciding;
mod demo;
mod exhibition;
mod forms;
mod guests;
mod house;
mod keyboard;
mod letters;
mod looking;
mod pages;
mod passkeys;
mod rooms;
mod setup;
mod signing_in;
mod surroundings;
mod templates;
mod together;
