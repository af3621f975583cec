//! Checks that every path in `ARCHITECTURE.md` exists.

use anyhow::{Result, bail};
use std::path::Path;

const FOLDERS: [&str; 6] = ["crates/", "xtask/", "testing/", "schema/", "docs/", "web/"];

pub(super) fn check(root: &Path) -> Result<()> {
    let map = super::read(root, "ARCHITECTURE.md")?;
    match paths(&map).find(|path| !root.join(path).exists()) {
        Some(path) => bail!("ARCHITECTURE.md names {path}, which does not exist"),
        None => Ok(()),
    }
}

/// Returns the paths in backquotes that begin with a folder of the repository.
fn paths(map: &str) -> impl Iterator<Item = &str> {
    let quoted = map.split('`').skip(1).step_by(2);
    quoted.filter(|quoted| FOLDERS.iter().any(|folder| quoted.starts_with(folder)))
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn paths_are_in_backquotes() {
        let map = "see `crates/world/src/lib.rs` and `Send`; crates/none is not quoted; `web/dom.js`.";
        assert_eq!(paths(map).collect::<Vec<_>>(), ["crates/world/src/lib.rs", "web/dom.js"]);
    }
}
