//! What no compiler checks: which crate may know which, and that the map names places that exist.

use anyhow::{Context, Result, bail};
use std::path::Path;

/// Each crate with the crates of ours that it may use. Dependencies point down only.
const EDGES: [(&str, &[&str]); 12] = [
    ("crates/wire/bot-api", &[]),
    ("crates/world", &[]),
    ("crates/journal", &["parlor-world"]),
    ("crates/host", &["parlor-world", "parlor-journal"]),
    ("crates/gateways/bot-api", &["parlor-wire-bot-api", "parlor-world", "parlor-host"]),
    ("crates/gateways/control", &["parlor-wire-mtproto", "parlor-world", "parlor-host"]),
    ("crates/gateways/mtproto", &["parlor-wire-mtproto", "parlor-wire-tl", "parlor-world", "parlor-host"]),
    ("crates/wire/mtproto", &["parlor-wire-tl"]),
    ("crates/wire/tl", &[]),
    (
        "testing/bench",
        &[
            "parlor-host",
            "parlor-journal",
            "parlor-stories",
            "parlor-wire-mtproto",
            "parlor-wire-tl",
            "parlor-world",
        ],
    ),
    ("testing/fuzz", &[]),
    ("testing/stories", &["parlor-wire-mtproto", "parlor-wire-tl"]),
];

/// Words that the pure crates must not contain: their dependencies could give them no such thing, the standard
/// library could.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("crates/world/src", &["std::net", "SystemTime", "std::fs", "std::thread", "tokio"]),
    ("crates/wire/bot-api/src", &["std::net", "SystemTime", "std::fs", "std::thread", "tokio"]),
    ("crates/wire/tl/src", &["std::net", "SystemTime", "std::fs", "std::thread", "tokio"]),
    ("crates/wire/mtproto/src", &["std::net", "SystemTime", "std::fs", "std::thread", "tokio"]),
];

/// The longest signature that is looked at.
const SIGNATURE_LINES: usize = 20;

pub(crate) fn run(root: &Path) -> Result<()> {
    for (folder, allowed) in EDGES {
        let manifest = std::fs::read_to_string(root.join(folder).join("Cargo.toml")).context(folder)?;
        let production = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for line in production.lines().filter(|line| line.starts_with("parlor-")) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !allowed.contains(&name) {
                bail!("{folder} must not use {name} (see DESIGN in ARCHITECTURE.md)");
            }
        }
    }
    reasons(root)?;
    for (folder, words) in FORBIDDEN {
        forbid(&root.join(folder), words)?;
    }
    guards(&root.join("crates"))?;
    let map = std::fs::read_to_string(root.join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    for quoted in map.split('`').skip(1).step_by(2).filter(|quoted| is_path(quoted)) {
        if !root.join(quoted).exists() {
            bail!("ARCHITECTURE.md names {quoted}, which does not exist");
        }
    }
    Ok(())
}

/// Each crate says why it has what it depends on: no list of dependencies begins without a word.
fn reasons(root: &Path) -> Result<()> {
    let workspace = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let members =
        workspace.split("members = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    for folder in members.split('"').skip(1).step_by(2) {
        let manifest =
            std::fs::read_to_string(root.join(folder).join("Cargo.toml")).context(folder.to_owned())?;
        for section in ["[dependencies]", "[dev-dependencies]"] {
            let list = manifest.split_once(&format!("{section}\n")).map_or("", |(_, list)| list);
            let own = list.lines().take_while(|line| !line.starts_with('['));
            let first = own.clone().find(|line| !line.is_empty() && !line.starts_with("parlor-"));
            if first.is_some_and(|line| !line.starts_with('#'))
                && !own.clone().any(|line| line.starts_with('#'))
            {
                bail!("{folder}/Cargo.toml: {section} does not say why");
            }
        }
    }
    Ok(())
}

fn is_path(quoted: &str) -> bool {
    ["crates/", "xtask/", "testing/", "schema/", "docs/", "web/"]
        .iter()
        .any(|start| quoted.starts_with(start))
}

/// No lock's guard leaves its file: a caller that gets one holds the lock for as long as its own code runs.
fn guards(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            guards(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = guard_handed_out(&std::fs::read_to_string(&path)?)
        {
            bail!("{}: `{name}` hands a lock's guard out; return a copy", path.display());
        }
    }
    Ok(())
}

/// The first function that other files may call and that returns a guard.
fn guard_handed_out(text: &str) -> Option<&str> {
    text.split("\n").enumerate().find_map(|(at, line)| {
        let (visibility, signature) = line.split_once("fn ")?;
        if !visibility.trim_start().starts_with("pub") {
            return None;
        }
        // A signature ends with the line that opens the body.
        let whole = text.split('\n').skip(at).take(SIGNATURE_LINES);
        let mut lines =
            whole.scan(false, |over, line| (!std::mem::replace(over, line.ends_with('{'))).then_some(line));
        let guard = ["MutexGuard<", "RwLockReadGuard<", "RwLockWriteGuard<"];
        lines
            .any(|line| {
                line.split_once("-> ")
                    .is_some_and(|(_, result)| guard.iter().any(|name| result.contains(name)))
            })
            .then(|| signature.split(['(', '<']).next().unwrap_or_default())
    })
}

fn forbid(folder: &Path, words: &[&str]) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            forbid(&path, words)?;
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let code = |line: &&str| !line.trim_start().starts_with("//");
        for line in text.lines().filter(code) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                bail!("{} must not know {word}", path.display());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::guard_handed_out;

    #[test]
    fn guards_stay_in_their_file() {
        for (text, expected) in [
            ("    pub(crate) fn state(&self) -> MutexGuard<'_, State> {\n", Some("state")),
            ("pub fn a<T>(\n    x: T,\n) -> RwLockReadGuard<'_, T> {\n}\n", Some("a")),
            ("    fn state(&self) -> MutexGuard<'_, State> {\n", None),
            ("pub fn a() {\n}\nfn b() -> MutexGuard<'_, State> {\n", None),
        ] {
            assert_eq!(guard_handed_out(text), expected, "{text}");
        }
    }
}
