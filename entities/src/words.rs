//! Closed sets of words, as the tables hold them.

/// Declares an enum as the crate `words` does, whose values are stored as their words.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($body:tt)* }) => {
        ::words::words! {
            $(#[$meta])*
            #[derive(sea_orm::DeriveValueType)]
            #[sea_orm(value_type = "String")]
            $vis enum $name { $($body)* }
        }
    };
}
