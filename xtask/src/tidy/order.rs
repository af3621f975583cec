//! Checks the dependencies between the modules of each crate: there are no cycles, and those of crates/world have an order.

use super::{files, read};
use anyhow::{Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The modules of crates/world. Each uses only those before it, as crates/world/src/lib.rs documents.
const WORLD: [&str; 15] = [
    "ids",
    "serde_default",
    "refusal",
    "keyed",
    "limits",
    "text",
    "link",
    "markup",
    "content",
    "state",
    "event",
    "ops",
    "engine",
    "bot_father",
    "handle",
];

/// The top-level modules that each top-level module of a crate uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(root: &Path) -> Result<()> {
    let files = files(root)?;
    let roots = files.iter().filter_map(|name| {
        let source = name.strip_suffix("/lib.rs").or_else(|| name.strip_suffix("/main.rs"))?;
        (source.starts_with("crates/") && source.ends_with("/src")).then_some((name.as_str(), source))
    });
    for (head, source) in roots {
        let uses = uses(root, &files, head, source)?;
        if source == "crates/world/src" {
            check_order(&uses)?;
        }
        if let Some(cycle) = cycle(&uses) {
            bail!("{source}: modules use each other in a cycle: {}", cycle.join(" -> "));
        }
    }
    Ok(())
}

fn check_order(uses: &Uses) -> Result<()> {
    let position = |module: &str| WORLD.iter().position(|known| *known == module);
    for (module, used) in uses {
        ensure!(position(module).is_some(), "crates/world/src: {module} is not in the order of modules");
        let later = used.iter().find(|used| position(used) > position(module));
        if let Some(later) = later {
            bail!("crates/world/src: {module} uses {later}, which comes after it");
        }
    }
    Ok(())
}

fn uses(root: &Path, files: &[String], head: &str, source: &str) -> Result<Uses> {
    let exports = exports(&read(root, head)?);
    let mut uses = Uses::new();
    let is_code = |name: &str| name.ends_with(".rs") && !name.ends_with("/tests.rs") && name != head;
    for name in files.iter().filter(|name| is_code(name)) {
        let Some(path) = name.strip_prefix(source).and_then(|rest| rest.strip_prefix('/')) else { continue };
        let module = path.split(['/', '.']).next().unwrap_or_default().to_owned();
        let used = used_in(&read(root, name)?, &exports);
        uses.entry(module.clone()).or_default().extend(used.into_iter().filter(|used| *used != module));
    }
    let known: BTreeSet<String> = uses.keys().cloned().collect();
    uses.values_mut().for_each(|used| used.retain(|used| known.contains(used)));
    Ok(uses)
}

/// Returns the module of each name that the crate's root exports.
fn exports(head: &str) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for statement in head.split(';') {
        let Some((_, path)) = statement.split_once("pub use ") else { continue };
        let path = path.trim_start_matches("crate::");
        let Some((module, names)) = path.split_once("::") else { continue };
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty()) {
            exports.insert(name.to_owned(), module.trim().to_owned());
        }
    }
    exports
}

/// Returns the modules that a file names after `crate::`, outside its tests and comments.
fn used_in(text: &str, exports: &BTreeMap<String, String>) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code =
        code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    // A path in a macro is used where the macro is called, not where it is defined.
    let code = code.replace("$crate::", "");
    for rest in code.split("crate::").skip(1) {
        let list = match rest.strip_prefix('{') {
            // The first name of each path of the list.
            Some(list) => top_level(list),
            None => vec![rest],
        };
        for path in list {
            let name: String =
                path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            used.insert(exports.get(&name).cloned().unwrap_or(name));
        }
    }
    used
}

/// Splits a list such as `a::{b, c}, d}` at its outermost commas.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&list[from..at]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts
}

/// Finds a cycle; returns its modules, with the first again at the end.
fn cycle(uses: &Uses) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    uses.keys().find_map(|module| walk(uses, module, &mut Vec::new(), &mut done))
}

fn walk(
    uses: &Uses,
    module: &str,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(at) = path.iter().position(|known| known == module) {
        let mut cycle = path[at..].to_vec();
        cycle.push(module.to_owned());
        return Some(cycle);
    }
    if !done.insert(module.to_owned()) {
        return None;
    }
    path.push(module.to_owned());
    let found = uses.get(module)?.iter().find_map(|used| walk(uses, used, path, done));
    path.pop();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_that_a_file_uses_are_found() {
        let exports = exports("mod a;\npub use server::{BotApi, Response};\npub use one::Thing;\n");
        let text = "use crate::{BotApi, decode::text, refusal::{Call, failed}};\n\
                    use crate::one::Thing;\n// crate::comment\nfn f() { crate::two::g(); $crate::three::g(); }\n\
                    #[cfg(test)]\nmod tests { use crate::later::X; }\n";
        let used: Vec<_> = used_in(text, &exports).into_iter().collect();
        assert_eq!(used, ["decode", "one", "refusal", "server", "two"]);
    }

    #[test]
    fn cycles_are_found() {
        let uses = |pairs: &[(&str, &[&str])]| -> Uses {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            pairs.iter().map(|(module, used)| ((*module).to_owned(), owned(used))).collect()
        };
        let tree = uses(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]);
        assert_eq!(cycle(&tree), None);
        let round = uses(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]);
        assert_eq!(cycle(&round), Some(vec!["b".to_owned(), "c".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_later_module_of_the_world_is_refused() {
        let uses = |used: &str| Uses::from([("state".to_owned(), BTreeSet::from([used.to_owned()]))]);
        assert!(check_order(&uses("text")).is_ok());
        let error = check_order(&uses("ops")).unwrap_err().to_string();
        assert_eq!(error, "crates/world/src: state uses ops, which comes after it");
    }
}
