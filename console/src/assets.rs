//! The files that pages load: compiled in, and served under names that carry a hash of their content, so that a browser keeps
//! them for good and never shows an old one.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use vault::digest::sha256_hex;

/// One file.
pub struct Asset {
    stem: &'static str,
    ending: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    hash: String,
}

impl Asset {
    fn new(stem: &'static str, ending: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { stem, ending, media_type, bytes, hash: sha256_hex(bytes)[..12].to_owned() }
    }

    fn name(&self) -> String {
        format!("{}.{}.{}", self.stem, self.hash, self.ending)
    }

    fn address(&self) -> String {
        format!("/console/assets/{}", self.name())
    }
}

/// The addresses of all of them, for templates.
pub struct Addresses {
    /// The style sheet.
    pub style: String,
    /// Our own script.
    pub script: String,
    /// The script for passkeys.
    pub passkey: String,
    /// htmx.
    pub htmx: String,
    /// The sprites of the icons.
    pub icons: String,
    /// The mark in the browser's tab.
    pub favicon: String,
}

static ALL: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        Asset::new("console", "css", "text/css; charset=utf-8", include_bytes!("../assets/console.css")),
        Asset::new("console", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/console.js")),
        Asset::new("passkey", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/passkey.js")),
        Asset::new("htmx", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/htmx.js")),
        Asset::new("icons", "svg", "image/svg+xml", include_bytes!("../assets/icons.svg")),
        Asset::new("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    ]
});

/// Where they lie.
pub static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let [style, script, passkey, htmx, icons, favicon] = ALL.each_ref().map(Asset::address);
    Addresses { style, script, passkey, htmx, icons, favicon }
});

/// One file, by its name with the hash.
pub async fn fetch(name: Path<String>) -> HttpResponse {
    let Some(asset) = ALL.iter().find(|asset| asset.name() == *name) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.media_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(asset.bytes)
}
