//! Compiles the data files in: `$OUT_DIR/files.rs` lists each with its name, SHA-256 and text.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut out = String::new();
    let mut pack = Sha256::new();
    for (name, folder, ending) in [
        ("REGIMES", "data/regimes", ".toml"),
        ("FAMILIES", "data/families", ".toml"),
        ("HOLIDAYS", "data/holidays", ".csv"),
    ] {
        let folder = Path::new(&root).join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        writeln!(out, "pub static {name}: &[File] = &[")?;
        for (stem, path) in files(&folder, ending)? {
            let hash = hex(&Sha256::digest(fs::read(&path)?));
            pack.update(format!("{stem} {hash}\n"));
            let path = path.display().to_string();
            writeln!(out, "    File {{ name: {stem:?}, sha256: {hash:?}, text: include_str!({path:?}) }},")?;
        }
        writeln!(out, "];")?;
    }
    writeln!(
        out,
        "/// Over name and hash of every file of rules and of holidays.\npub const PACK_SHA256: &str = {:?};",
        hex(&pack.finalize())
    )?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), out)?;
    Ok(())
}

/// By name without ending, in its order, so that a build is the same wherever it runs.
fn files(folder: &Path, ending: &str) -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(ending) {
            found.insert(stem.to_owned(), path);
        }
    }
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
