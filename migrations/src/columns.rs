//! The column types that every table uses, so that a kind of value is stored alike everywhere.

use sea_orm_migration::prelude::*;

/// A UUID that must be there.
pub fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A UUID that may be absent.
pub fn optional_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().take()
}

/// Text in the clear: never personal data.
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Text in the clear that may be absent.
pub fn optional_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

/// A document that the program reads whole: `jsonb` on PostgreSQL, which is what its driver asks of a JSON value.
pub fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().not_null().take()
}

/// A sealed value: the only place where personal data may stand.
pub fn sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}

/// A sealed value that may be absent.
pub fn optional_sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().take()
}

/// An instant in microseconds since the Unix epoch, UTC.
pub fn at(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// An instant that may be absent.
pub fn optional_at(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// A whole number.
pub fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A whole number that may be absent.
pub fn optional_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// Yes or no.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}

/// A table with its columns, the first of which is the primary key.
pub fn table<const N: usize>(name: &'static str, columns: [ColumnDef; N]) -> TableCreateStatement {
    let mut table = Table::create().table(name).take();
    for (position, mut column) in columns.into_iter().enumerate() {
        if position == 0 {
            column.primary_key();
        }
        table.col(column);
    }
    table
}

/// A table whose primary key spans its first `keys` columns.
pub fn keyed_table<const N: usize>(
    name: &'static str,
    keys: &[&'static str],
    columns: [ColumnDef; N],
) -> TableCreateStatement {
    let mut table = Table::create().table(name).take();
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for key in keys {
        primary.col(*key);
    }
    table.primary_key(&mut primary);
    table
}

/// `table.column` points at `to.id`; rows that are pointed at cannot go.
pub fn belongs_to(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{from}_{column}")).from(from, column).to(to, "id").take()
}

/// An index over `columns`, named after them.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(format!("ix_{table}_{}", columns.join("_"))).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A unique index over `columns`.
pub fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).name(format!("ux_{table}_{}", columns.join("_"))).unique().take()
}
