//! Stories of people at a real browser: a Chromium without a window, on the pages of the real service, with the demo's people on
//! the platform. They are few and rich, because each takes seconds.

mod checks;
mod deciding;
mod exhibition;
mod house;
mod keyboard;
mod pages;
mod signing_in;
mod together;
