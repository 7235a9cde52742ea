//! HTTP: the intake API, its decisions and its description.
