//! The pack: all laws as one dated, hashed whole, parsed and checked once.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::check;
use crate::clock::PackRef;
use crate::files::{self, File};
use crate::law::Law;
use crate::regime::Regime;

static LAWS: LazyLock<Vec<Law>> = LazyLock::new(|| {
    read(files::REGIMES, files::FAMILIES).expect("the files were checked when this was built: a test reads them")
});

/// What is wrong with a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct BadFile {
    /// The file's name.
    pub file: String,
    /// What is wrong.
    pub fault: String,
}

/// The edition's name: the day it was released.
pub fn id() -> &'static str {
    "2026-11-20"
}

/// SHA-256 over all files of rules and of holidays, in lower-case hex: the whole of what dates are computed by, so that it is
/// what somebody signs for.
pub fn sha256() -> &'static str {
    files::PACK_SHA256
}

/// What to store beside a date.
pub fn reference() -> PackRef {
    PackRef { id: Cow::Borrowed(id()), sha256: Cow::Borrowed(sha256()) }
}

/// All laws, by id.
pub fn laws() -> &'static [Law] {
    &LAWS
}

/// The rules of a law.
pub fn law(regime: Regime) -> &'static Law {
    let at = LAWS.binary_search_by(|law| law.id.as_str().cmp(regime.as_str()));
    &LAWS[at.expect("a regime is made from the id of a law in the pack")]
}

/// Reads and checks laws.
pub(crate) fn read(regimes: &[File], families: &[File]) -> Result<Vec<Law>, BadFile> {
    let parse = |file: &File| {
        toml::from_str::<Law>(file.text).map_err(|error| BadFile { file: file.name.into(), fault: error.to_string() })
    };
    let families = families.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let mut laws = Vec::with_capacity(regimes.len());
    for file in regimes {
        let bad = |fault: String| BadFile { file: file.name.into(), fault };
        let mut law = parse(file)?;
        if law.id != file.name {
            return Err(bad(format!("its id is `{}`", law.id)));
        }
        match &law.family {
            None => law.complete(),
            Some(name) => {
                let family = families.iter().find(|family| family.id == *name);
                law.inherit(family.ok_or_else(|| bad(format!("there is no family `{name}`")))?);
            }
        }
        check::law(&law).map_err(bad)?;
        laws.push(law);
    }
    laws.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(laws)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names the edition's content. When it fails, the rules changed: give the pack a new id with the new hash.
    #[test]
    fn an_edition_never_changes_what_it_says() {
        assert_eq!(
            (id(), sha256()),
            ("2026-11-20", "6677419270e4784d913fddbf5d6eecca46e37e1d34fae6bb89a47b651ba6084b")
        );
    }

    #[test]
    fn every_file_is_read_and_checked() {
        let laws = read(files::REGIMES, files::FAMILIES).unwrap_or_else(|bad| panic!("{bad}"));
        assert_eq!(laws.len(), files::REGIMES.len());
    }

    fn read_one(text: &'static str) -> Result<Vec<Law>, BadFile> {
        read(&[File { name: "xx_test", sha256: "", text }], &[])
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = read_one("id = \"xx_test\"\ntitel = \"x\"").expect_err("a key that is none");
        assert!(error.fault.contains("titel"), "{error}");
    }

    #[test]
    fn a_law_is_named_as_its_file() {
        let text = "id = \"xx_other\"\ntitle = \"x\"\njurisdiction = \"x\"\ncitation = \"x\"";
        let error = read_one(text).expect_err("another id");
        assert_eq!(error.to_string(), "xx_test: its id is `xx_other`");
    }
}
