//! An identifier as a caller gives it.

use entities::controller::table::Model as Controller;
use entities::installation::secrets::Safe;
use resolution::identifier::IdentifierKind;
use resolution::normalise::{Normalised, normalise};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::fields::Faults;
use crate::schema;

/// One identifier as it was given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIdentifier)]
pub struct GivenIdentifier {
    /// What sort of identifier.
    #[schema(schema_with = schema::identifier_kind)]
    kind: String,
    /// Its value. It is normalised: E.164 for telephone numbers, and so on.
    #[schema(example = "ada@example.com")]
    value: String,
}

impl GivenIdentifier {
    /// One that came otherwise than in a body.
    #[must_use]
    pub fn new(kind: impl Into<String>, value: impl Into<String>) -> Self {
        Self { kind: kind.into(), value: value.into() }
    }

    /// What it is looked up by at each of these controllers. It is a fault if it can be read at none of them.
    pub fn lookup_hashes<'a>(
        &self,
        faults: &mut Faults,
        field: &str,
        safe: &Safe,
        controllers: impl IntoIterator<Item = &'a Controller>,
    ) -> Vec<String> {
        let (mut hashes, mut refused, mut is_alone) = (Vec::new(), Faults::default(), true);
        for controller in controllers {
            is_alone = false;
            // A national telephone number reads differently from region to region, and may read in some of them only.
            let region = controller.region.as_deref();
            if let Some(normal) = self.normalised(&mut refused, field, region) {
                hashes.push(safe.hash(controller.id, normal.kind.as_str(), &normal.lookup));
            }
        }
        if is_alone {
            self.normalised(faults, field, None);
        } else if hashes.is_empty() {
            faults.adopt_first(refused);
        }
        hashes
    }

    /// It, normalised; `field` says where it stands, `region` how a national telephone number is read.
    pub fn normalised(&self, faults: &mut Faults, field: &str, region: Option<&str>) -> Option<Normalised> {
        let kind = kind(faults, field, &self.kind)?;
        normal(faults, format!("{field}.value"), kind, &self.value, region)
    }
}

/// The kind that a word names; `field` says what has the kind.
pub fn kind(faults: &mut Faults, field: &str, given: &str) -> Option<IdentifierKind> {
    let known = IdentifierKind::ALL.map(IdentifierKind::as_str);
    faults.word(format!("{field}.kind"), "unknown_identifier_kind", given, known)
}

/// A value, normalised; `field` says where it stands.
pub fn normal(
    faults: &mut Faults,
    field: String,
    kind: IdentifierKind,
    raw: &str,
    region: Option<&str>,
) -> Option<Normalised> {
    normalise(kind, raw, region).map_err(|reason| faults.add(field, reason.code, reason.reason)).ok()
}
