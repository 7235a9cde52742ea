//! The schema, for SQLite and PostgreSQL, from one set of migrations.
