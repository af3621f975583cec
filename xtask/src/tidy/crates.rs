//! Checks the dependencies between the crates, and that each dependency has a reason.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The crates of the workspace that each crate may depend on. Dependencies point downwards only.
const EDGES: [(&str, &[&str]); 15] = [
    (
        "parlor",
        &[
            "parlor-bot-api",
            "parlor-control",
            "parlor-host",
            "parlor-storage",
            "parlor-mtproto",
            "parlor-wire-bot-api",
            "parlor-wire-mtproto",
            "parlor-wire-tl",
            "parlor-world",
        ],
    ),
    ("parlor-bot-api", &["parlor-view", "parlor-wire-bot-api", "parlor-world", "parlor-host"]),
    (
        "parlor-control",
        &["parlor-view", "parlor-wire-bot-api", "parlor-wire-mtproto", "parlor-world", "parlor-host"],
    ),
    ("parlor-mtproto", &["parlor-wire-mtproto", "parlor-wire-tl", "parlor-world", "parlor-host"]),
    ("parlor-view", &["parlor-wire-bot-api", "parlor-world"]),
    ("parlor-host", &["parlor-world", "parlor-storage"]),
    ("parlor-storage", &["parlor-world"]),
    ("parlor-world", &[]),
    ("parlor-wire-bot-api", &[]),
    ("parlor-wire-mtproto", &["parlor-wire-tl"]),
    ("parlor-wire-tl", &[]),
    (
        "parlor-bench",
        &[
            "parlor-bot-api",
            "parlor-mtproto",
            "parlor-host",
            "parlor-storage",
            "parlor-stories",
            "parlor-wire-mtproto",
            "parlor-wire-tl",
            "parlor-world",
        ],
    ),
    ("parlor-fuzz", &[]),
    ("parlor-stories", &["parlor-wire-mtproto", "parlor-wire-tl"]),
    ("xtask", &[]),
];

pub(super) fn check(root: &Path) -> Result<()> {
    let uses = uses_of(&metadata(root)?);
    edges(&uses)?;
    // The programs of the stories are written as users would write them, so they are not checked.
    let is_ours = |name: &&String| name.ends_with("Cargo.toml") && !name.starts_with("testing/clients/");
    for manifest in super::files(root)?.iter().filter(is_ours) {
        let text = super::read(root, manifest)?;
        if let Some(section) = unexplained(&text) {
            bail!("{manifest}: {section} has no comment with its reasons");
        }
    }
    Ok(())
}

fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Returns the dependencies of each crate on crates of the workspace, without those of its tests.
fn uses_of(metadata: &Value) -> BTreeMap<String, Vec<String>> {
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let packages: Vec<&Value> = metadata["packages"].as_array().into_iter().flatten().collect();
    let ours: Vec<String> = packages.iter().map(|package| name(package)).collect();
    let uses = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let in_production = dependencies.filter(|dependency| dependency["kind"] != "dev").map(name);
        (name(package), in_production.filter(|dependency| ours.contains(dependency)).collect())
    });
    uses.collect()
}

fn edges(uses: &BTreeMap<String, Vec<String>>) -> Result<()> {
    for (name, used) in uses {
        let allowed = EDGES.iter().find(|(known, _)| known == name).map(|(_, allowed)| *allowed);
        let allowed = allowed.with_context(|| format!("{name} is missing in the list of crates"))?;
        if let Some(forbidden) = used.iter().find(|used| !allowed.contains(&used.as_str())) {
            bail!(
                "{name} must not depend on {forbidden}: dependencies point downwards only (ARCHITECTURE.md)"
            );
        }
    }
    match EDGES.iter().find(|(name, _)| !uses.contains_key(*name)) {
        Some((name, _)) => bail!("{name} is in the list of crates, but not in the workspace"),
        None => Ok(()),
    }
}

/// Returns the first section of dependencies without a comment.
fn unexplained(manifest: &str) -> Option<&'static str> {
    ["[dependencies]", "[dev-dependencies]"].into_iter().find(|section| {
        let list = manifest.split_once(&format!("{section}\n")).map_or("", |(_, list)| list);
        let own: Vec<&str> = list.lines().take_while(|line| !line.starts_with('[')).collect();
        let others = own.iter().any(|line| !line.is_empty() && !line.starts_with(['#', 'p']))
            || own.iter().any(|line| line.starts_with('p') && !line.starts_with("parlor-"));
        others && !own.iter().any(|line| line.starts_with('#'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn uses(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        pairs.iter().map(|(name, used)| ((*name).to_owned(), owned(used))).collect()
    }

    #[test]
    fn dependencies_point_downwards() {
        let known: Vec<(&str, &[&str])> = EDGES.to_vec();
        assert!(edges(&uses(&known)).is_ok());
        let upwards: Vec<(&str, &[&str])> = known
            .iter()
            .map(
                |(name, used)| {
                    if *name == "parlor-world" { (*name, &["parlor-host"][..]) } else { (*name, *used) }
                },
            )
            .collect();
        let error = edges(&uses(&upwards)).unwrap_err().to_string();
        assert!(error.contains("parlor-world must not depend on parlor-host"), "{error}");
        let unknown = [known.as_slice(), &[("parlor-new", &[])]].concat();
        assert!(edges(&uses(&unknown)).unwrap_err().to_string().contains("parlor-new is missing"));
        let error = edges(&uses(&known[1..])).unwrap_err().to_string();
        assert!(error.contains("parlor is in the list of crates, but not in the workspace"), "{error}");
    }

    #[test]
    fn dependencies_of_tests_and_external_crates_are_ignored() {
        let metadata = json!({"packages": [
            {"name": "a", "dependencies": [
                {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}, {"name": "serde", "kind": null},
            ]},
            {"name": "b", "dependencies": []},
            {"name": "c", "dependencies": []},
        ]});
        assert_eq!(uses_of(&metadata), uses(&[("a", &["b"]), ("b", &[]), ("c", &[])]));
    }

    #[test]
    fn a_section_of_dependencies_needs_a_comment() {
        for (manifest, expected) in [
            ("[dependencies]\n# Errors.\nthiserror = \"2\"\n", None),
            ("[dependencies]\nparlor-world.workspace = true\n", None),
            ("[dependencies]\nparking_lot = \"1\"\n", Some("[dependencies]")),
            (
                "[dependencies]\n# Why.\na = \"1\"\n[dev-dependencies]\nb = \"1\"\n",
                Some("[dev-dependencies]"),
            ),
        ] {
            assert_eq!(unexplained(manifest), expected, "{manifest}");
        }
    }
}
