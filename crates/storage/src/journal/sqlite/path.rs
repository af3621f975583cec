//! The names of the data file and of the files beside it.

use crate::journal::JournalError;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Bytes that every SQLite database has.
const HEADER: u64 = 512;

/// The file beside the data file whose name has that suffix.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Refuses names that SQLite would not treat as a file's path, and files that are not databases but that SQLite would
/// overwrite.
pub(super) fn check(path: &Path) -> Result<(), JournalError> {
    let name = path.display().to_string();
    let refuse = |reason: &str| Err(JournalError::Name { name: name.clone(), reason: reason.to_owned() });
    if name.is_empty() {
        return refuse("the name is empty");
    }
    if name == ":memory:" || name.starts_with("file:") {
        return refuse("only a file's plain path can (--memory keeps nothing)");
    }
    if path.is_dir() {
        return refuse("it is a folder");
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return refuse(&format!("there is no folder {}", folder.display()));
    }
    // SQLite takes a file that is shorter than its header for a new database. (The file is not opened to look: closing
    // it would give up the locks that this process may hold on it.)
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if (1..HEADER).contains(&size) {
        return Err(JournalError::Foreign { file: name, reason: "it is not a database".to_owned() });
    }
    Ok(())
}
