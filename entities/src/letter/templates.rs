//! A controller's own texts, each in versions: the newest that was not withdrawn counts.

use std::collections::BTreeMap;

use law::regime::Regime;
use letters::context::samples;
use letters::error::LetterError;
use letters::kind::LetterKind;
use letters::letter::Letter;
use letters::template::{Name, Override, Source, TemplateId as Place};
use letters::templates::Templates;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, TemplateId};
use crate::time::At;

/// The row: one version of one text.
pub mod table {
    use sea_orm::entity::prelude::*;

    use crate::id::{ControllerId, TemplateId};
    use crate::time::At;

    /// One version.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "letter_templates")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TemplateId,
        /// Whose text it is.
        pub controller_id: ControllerId,
        /// What it stands in for: a kind of letter, or a text that several share.
        pub name: String,
        /// Its language, as ISO 639-1.
        pub language: String,
        /// The subject; empty for shared texts.
        pub subject: String,
        /// The body.
        pub body: String,
        /// Counts the versions, from 1.
        pub version: i64,
        /// Who wrote it: a client's id, or the command line.
        pub made_by: String,
        /// When.
        pub created_at: At,
        /// When it was withdrawn: since then the text that comes with the program counts again.
        pub withdrawn_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use table::{ActiveModel, COLUMN, Column, Entity, Model};

/// Why a text was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// The text is wrong; it says where.
    #[error(transparent)]
    Wrong(#[from] LetterError),
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotSaved {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// A controller's texts as they count now.
///
/// # Errors
/// The database fails, or a row names no template.
pub async fn of(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Vec<Override>, StoreError> {
    current(conn, controller).await?.iter().map(own).collect()
}

/// The rows of a controller's texts as they count now, by name and language.
///
/// # Errors
/// The database fails.
pub async fn current(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Vec<Model>, DbErr> {
    let all = Entity::find()
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.withdrawn_at.is_null())
        .order_by_asc(Column::Version)
        .all(conn)
        .await?;
    let newest: BTreeMap<_, _> = all.into_iter().map(|row| ((row.name.clone(), row.language.clone()), row)).collect();
    Ok(newest.into_values().collect())
}

fn own(row: &Model) -> Result<Override, StoreError> {
    let language = row.language.parse().map_err(|_| StoreError::Corrupt("a template is in no language of ours"))?;
    let name = Name::all().find(|name| name.as_str() == row.name);
    let name = name.ok_or(StoreError::Corrupt("a template stands in for nothing"))?;
    let source = Source { subject: row.subject.clone(), body: row.body.clone() };
    Ok(Override { id: Place { language, name }, source })
}

/// Tries a text with samples of every letter made with it, beside the controller's other texts. Saves nothing.
///
/// # Errors
/// The first fault, with line and variable; or the mandatory part that a letter would lack.
pub async fn check(conn: &impl ConnectionTrait, controller: ControllerId, text: &Override) -> Result<(), NotSaved> {
    let others = of(conn, controller).await?;
    let templates = Templates::with_overrides(others).map_err(LetterError::from)?;
    Ok(templates.check(text)?)
}

/// A made-up letter under one law, as it would be with this text beside the controller's other texts. Saves nothing.
///
/// # Errors
/// The text is wrong, or such a letter would lack a mandatory part.
pub async fn preview(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    text: &Override,
    law: Regime,
) -> Result<Letter, NotSaved> {
    let mut texts = of(conn, controller).await?;
    texts.push(text.clone());
    let templates = Templates::with_overrides(texts).map_err(LetterError::from)?;
    let kind = LetterKind::ALL.iter().copied().find(|kind| text.id.name.serves(*kind));
    let kind = kind.ok_or(StoreError::Corrupt("a template serves no letter"))?;
    let sample = samples::under(kind, text.id.language, &[law.as_str()]).into_iter().next();
    let sample = sample.ok_or(StoreError::Corrupt("a letter has no sample"))?;
    Ok(templates.render(&sample)?)
}

/// All versions of a controller's text, the newest first, also those that were withdrawn.
///
/// # Errors
/// The database fails.
pub async fn versions(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    place: Place,
) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(COLUMN.controller_id.eq(controller)).filter(COLUMN.name.eq(place.name.as_str()));
    let query = query.filter(COLUMN.language.eq(place.language.code()));
    query.order_by_desc(Column::Version).all(conn).await
}

/// Saves a text as its newest version, once it has passed [`check`].
///
/// # Errors
/// The text is wrong, or the database fails.
pub async fn save(
    txn: &Txn,
    now: At,
    by: &Actor,
    controller: ControllerId,
    text: &Override,
) -> Result<Model, NotSaved> {
    check(&**txn, controller, text).await?;
    let (name, language) = (text.id.name.as_str(), text.id.language.code());
    let before = versions(&**txn, controller, text.id).await?;
    let version = before.first().map_or(1, |row| row.version + 1);
    let row = ActiveModel {
        id: Set(TemplateId::new()),
        controller_id: Set(controller),
        name: Set(name.to_owned()),
        language: Set(language.to_owned()),
        subject: Set(text.source.subject.clone()),
        body: Set(text.source.body.clone()),
        version: Set(version),
        made_by: Set(by.id.clone()),
        created_at: Set(now),
        withdrawn_at: Set(None),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
    let data = json!({ "template": text.id.to_string(), "version": version });
    trail::record(&**txn, now, by, [Entry::on(controller, "template.saved", data)]).await?;
    Ok(row)
}

/// Withdraws all versions of a text. Says whether there were any.
///
/// # Errors
/// The database fails.
pub async fn withdraw(txn: &Txn, now: At, by: &Actor, controller: ControllerId, place: Place) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::WithdrawnAt, now.into())
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.name.eq(place.name.as_str()))
        .filter(COLUMN.language.eq(place.language.code()))
        .filter(COLUMN.withdrawn_at.is_null());
    let withdrawn = update.exec(&**txn).await?.rows_affected > 0;
    if withdrawn {
        let data = json!({ "template": place.to_string() });
        trail::record(&**txn, now, by, [Entry::on(controller, "template.withdrawn", data)]).await?;
    }
    Ok(withdrawn)
}
