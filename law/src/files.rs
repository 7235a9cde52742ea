//! The data files, as they were compiled in.

/// One data file.
pub struct File {
    /// Its name without ending.
    pub name: &'static str,
    /// Of its bytes, in lower-case hex.
    pub sha256: &'static str,
    /// What it says.
    pub text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file of that name.
pub fn find(files: &'static [File], name: &str) -> Option<&'static File> {
    files.binary_search_by(|file| file.name.cmp(name)).ok().map(|at| &files[at])
}
