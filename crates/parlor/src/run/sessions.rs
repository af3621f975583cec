//! The folder for session files of MTProto libraries while a program runs against Parlor.
//!
//! The key in a session file is valid only for the world that it was created for. Therefore each world has its own folder: a
//! program finds its session again as long as the world's data exists, and an old key is never used for a new world
//! (docs/decisions/0014-sessions-belong-to-a-world.md).

use crate::probe::About;
use anyhow::{Context, Result};
use parlor_host::notify_operator;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The age at which the unused folder of a world in memory is removed.
const ABANDONED_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);
/// The prefix of the folders of worlds in memory.
const IN_MEMORY: &str = "memory-";

/// The folder for the session files of one world. The start-up hooks create it when they need it.
pub(super) struct Sessions {
    pub(super) folder: PathBuf,
    ends_with_server: bool,
    /// Held so that no other command removes the folder, however long the program runs.
    _lock: Option<File>,
    _temporary: Option<TempDir>,
}

impl Sessions {
    /// Returns the folder of a world, or a temporary one if the world is unknown or its folder cannot be created.
    pub(super) fn open(about: Option<&About>) -> Result<Self> {
        let Some((about, world)) = about.and_then(|about| Some((about, about.world.as_deref()?))) else {
            return Self::temporary();
        };
        let all = match create_folder() {
            Ok(all) => all,
            Err(error) => {
                notify_operator(&format!("session files are not saved: {error:#}"));
                return Self::temporary();
            }
        };
        let ends_with_server = about.data.is_none();
        let name = if ends_with_server { format!("{IN_MEMORY}{world}") } else { world.to_owned() };
        let folder = all.join(name);
        // Locked before old folders are removed: this one may be left from a command that was killed.
        let lock = if ends_with_server { lock(&folder).ok() } else { None };
        #[expect(clippy::disallowed_methods, reason = "the age of a file is measured by the system's clock")]
        remove_abandoned(&all, SystemTime::now());
        Ok(Self { folder, ends_with_server, _lock: lock, _temporary: None })
    }

    fn temporary() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("parlor-sessions-").tempdir();
        let folder = folder.context("a folder for session files")?;
        let path = folder.path().to_owned();
        Ok(Self { folder: path, ends_with_server: false, _lock: None, _temporary: Some(folder) })
    }

    /// Removes the folder of a world in memory, once its server has ended: its keys are invalid.
    pub(super) fn remove(self) {
        if self.ends_with_server {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Creates `$XDG_STATE_HOME/parlor/sessions` (by default in `~/.local/state`), accessible only to the user.
fn create_folder() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
    let folder = state.context("HOME is not set")?.join("parlor/sessions");
    create_private(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

fn create_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Creates a folder and takes a shared lock on it, which is released when the process ends at the latest.
fn lock(folder: &Path) -> io::Result<File> {
    create_private(folder)?;
    let file = File::open(folder)?;
    file.lock_shared()?;
    Ok(file)
}

/// Removes old folders of worlds in memory whose commands were killed.
fn remove_abandoned(all: &Path, now: SystemTime) {
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|data| data.modified()).ok();
        let age = modified.and_then(|modified| now.duration_since(modified).ok());
        let is_in_memory = entry.file_name().to_string_lossy().starts_with(IN_MEMORY);
        if !is_in_memory || age.is_none_or(|age| age <= ABANDONED_AFTER) {
            continue;
        }
        // Age alone is not enough: a program that has run for months created its files when it started.
        let is_used = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_err());
        if !is_used {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_folders_of_worlds_in_memory_are_removed_unless_a_command_uses_them() {
        let all = tempfile::tempdir().unwrap();
        let folder = |name: &str| all.path().join(name);
        let held = lock(&folder("memory-used")).unwrap();
        for name in ["memory-left", "memory-recent", "kept"] {
            create_private(&folder(name)).unwrap();
        }
        // The file system's clock: the process may have another.
        let now = std::fs::metadata(folder("memory-recent")).unwrap().modified().unwrap();
        for name in ["memory-used", "memory-left", "kept"] {
            let opened = File::open(folder(name)).unwrap();
            opened.set_modified(now - ABANDONED_AFTER - Duration::from_secs(60)).unwrap();
        }
        let names = || {
            remove_abandoned(all.path(), now);
            let entries = std::fs::read_dir(all.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(), ["kept", "memory-recent", "memory-used"]);
        drop(held);
        assert_eq!(names(), ["kept", "memory-recent"]);
    }
}
