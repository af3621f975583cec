//! Where the session files of MTProto libraries are kept while a program runs against Parlor.
//!
//! A session file holds a key, which is good for the server that it was agreed with and for nobody else. So each world
//! has a folder of its own: a program finds its session again for as long as the world's data is kept, and a new world
//! never sees an old key (see docs/decisions/0014-sessions-belong-to-a-world.md).

use crate::probe::About;
use anyhow::{Context, Result};
use parlor_host::tell_operator;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A folder of a world in memory that was left behind is removed when nobody has written to it for so long.
const ABANDONED: Duration = Duration::from_secs(30 * 24 * 3600);
/// How the folders of worlds in memory are called.
const IN_MEMORY: &str = "memory-";

/// The folder for one world's session files, which the start-up hooks make when they need it.
pub(super) struct Sessions {
    pub(super) folder: PathBuf,
    ends_with_server: bool,
    _temporary: Option<TempDir>,
}

impl Sessions {
    /// Returns the world's folder; a fresh one if the world is not known, or nothing can be kept.
    pub(super) fn of(about: Option<&About>) -> Result<Self> {
        let Some((about, world)) = about.and_then(|about| Some((about, about.world.as_deref()?))) else {
            return Self::fresh();
        };
        let all = match make_folder() {
            Ok(all) => all,
            Err(error) => {
                tell_operator(&format!("session files are not kept: {error:#}"));
                return Self::fresh();
            }
        };
        remove_abandoned(&all);
        let ends_with_server = about.data.is_none();
        let name = if ends_with_server { format!("{IN_MEMORY}{world}") } else { world.to_owned() };
        Ok(Self { folder: all.join(name), ends_with_server, _temporary: None })
    }

    fn fresh() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("parlor-sessions-").tempdir();
        let folder = folder.context("a folder for session files")?;
        Ok(Self { folder: folder.path().to_owned(), ends_with_server: false, _temporary: Some(folder) })
    }

    /// The server has ended: keys of a world in memory are good for nothing.
    pub(super) fn forget(self) {
        if self.ends_with_server {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// `~/.local/state/parlor/sessions`, or where `XDG_STATE_HOME` has it, for its user alone.
fn make_folder() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
    let folder = state.context("HOME is not set")?.join("parlor/sessions");
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Folders of worlds in memory whose commands were killed.
fn remove_abandoned(all: &Path) {
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|time| time.elapsed().ok());
        let is_in_memory = entry.file_name().to_string_lossy().starts_with(IN_MEMORY);
        if is_in_memory && age.is_some_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
