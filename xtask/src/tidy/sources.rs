//! Checks the content of sources, and the length of files and functions.

use super::{files, read};
use anyhow::{Result, bail};
use std::path::Path;

/// Crates that must not use a clock, the network, files, threads or an async runtime. Their dependencies do not provide
/// these, so only uses of the standard library are checked.
const PURE: [&str; 5] = [
    "crates/view/src/",
    "crates/world/src/",
    "crates/wire/bot-api/src/",
    "crates/wire/tl/src/",
    "crates/wire/mtproto/src/",
];
const IMPURE: [&str; 10] = [
    "std::net",
    "SystemTime",
    "Instant",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "RandomState",
    "println!",
    "tokio",
];

/// The maximum number of lines of a file; a longer one has more than one subject.
const MAX_FILE: usize = 500;
/// The maximum number of lines of a function; a longer one does more than one thing.
const MAX_FUNCTION: usize = 100;
/// Functions without a limit, because they are tables: one exhaustive `match` with one or two lines for each variant.
const TABLES: [(&str, &str); 4] = [
    ("crates/gateways/mtproto/src/refusal.rs", "encode"),
    ("crates/gateways/bot-api/src/refusal.rs", "encode"),
    ("crates/gateways/control/src/refusal.rs", "problem"),
    ("crates/gateways/mtproto/src/rpc/dispatch.rs", "call"),
];
/// The maximum number of lines of a signature.
const SIGNATURE_LINES: usize = 20;
const GUARDS: [&str; 3] = ["MutexGuard<", "RwLockReadGuard<", "RwLockWriteGuard<"];

pub(super) fn check(root: &Path) -> Result<()> {
    for name in files(root)?.iter().filter(|name| is_written_by_hand(name)) {
        let text = read(root, name)?;
        length(name, &text)?;
        if !name.ends_with(".rs") {
            continue;
        }
        if let Some((function, lines)) = longest_function(&text)
            && lines > MAX_FUNCTION
            && !TABLES.contains(&(name, function))
        {
            bail!("{name}: the function `{function}` has {lines} lines; the limit is {MAX_FUNCTION}");
        }
        if PURE.iter().any(|folder| name.starts_with(folder))
            && let Some(word) = impure_word(&text)
        {
            bail!("{name} must not use {word}");
        }
        if name.starts_with("crates/")
            && let Some(function) = returned_guard(&text)
        {
            bail!("{name}: `{function}` returns a lock guard; return a copy instead");
        }
    }
    Ok(())
}

fn is_written_by_hand(name: &str) -> bool {
    let is_source = [".rs", ".js", ".mjs", ".css"].iter().any(|end| name.ends_with(end));
    is_source && !name.contains("/generated/") && !name.ends_with("/generated.rs")
}

fn length(name: &str, text: &str) -> Result<()> {
    let lines = text.lines().count();
    if lines > MAX_FILE {
        bail!("{name} has {lines} lines; the limit is {MAX_FILE}: split it by subject");
    }
    Ok(())
}

/// Returns the longest function and its number of lines. A function ends at the first closing brace with its indentation.
fn longest_function(text: &str) -> Option<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let functions = lines.iter().enumerate().filter_map(|(start, line)| {
        let (before, rest) = line.split_once("fn ")?;
        let indent = before.len() - before.trim_start().len();
        let is_function = before.split_whitespace().all(|word| {
            word.starts_with("pub") || ["async", "const", "in", "crate)", "super)"].contains(&word)
        });
        let name = rest.split(['(', '<']).next().filter(|_| is_function)?;
        let body = lines.get(start..)?;
        // A function without a body, in a trait, has no end.
        let opens = body.iter().position(|line| line.ends_with(['{', '}', ';']))?;
        body.get(opens).filter(|line| line.ends_with('{'))?;
        let end = body.iter().position(|line| line.len() == indent + 1 && line.ends_with('}'))?;
        Some((name, end + 1))
    });
    functions.max_by_key(|(_, lines)| *lines)
}

fn impure_word(text: &str) -> Option<&'static str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.into_iter().find_map(|line| IMPURE.into_iter().find(|word| line.contains(word)))
}

/// Returns the first non-private function that returns a lock guard, whose callers could hold the lock while they run other
/// code.
fn returned_guard(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().find_map(|(at, line)| {
        let (visibility, signature) = line.split_once("fn ")?;
        if !visibility.trim_start().starts_with("pub") {
            return None;
        }
        let body = lines.iter().skip(at).take(SIGNATURE_LINES).position(|line| line.ends_with('{'))?;
        let returns_guard = lines.iter().skip(at).take(body + 1).any(|line| {
            line.split_once("-> ")
                .is_some_and(|(_, result)| GUARDS.iter().any(|guard| result.contains(guard)))
        });
        returns_guard.then(|| signature.split(['(', '<']).next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_not_returned_to_other_files() {
        for (text, expected) in [
            ("    pub(crate) fn state(&self) -> MutexGuard<'_, State> {\n", Some("state")),
            ("pub fn a<T>(\n    x: T,\n) -> RwLockReadGuard<'_, T> {\n}\n", Some("a")),
            ("    fn state(&self) -> MutexGuard<'_, State> {\n", None),
            ("pub fn a() {\n}\nfn b() -> MutexGuard<'_, State> {\n", None),
        ] {
            assert_eq!(returned_guard(text), expected, "{text}");
        }
    }

    #[test]
    fn functions_end_at_the_brace_with_their_indentation() {
        let text = "impl A {\n    pub(crate) async fn a<T>(\n        x: T,\n    ) {\n        if x {\n        }\n    }\n}\n\
            fn b() {}\nfn c() {\n    1\n}\n// a comment about fn d\n";
        assert_eq!(longest_function(text), Some(("a", 6)));
        let declared = "trait T {\n    fn only_declared(\n    );\n\n    fn has_a_body() {\n    }\n}\n";
        assert_eq!(longest_function(declared), Some(("has_a_body", 2)));
    }

    #[test]
    fn files_have_a_limit() {
        assert!(length("a.rs", &"\n".repeat(MAX_FILE)).is_ok());
        assert!(length("a.rs", &"\n".repeat(MAX_FILE + 1)).is_err());
        assert!(!is_written_by_hand("crates/wire/tl/src/generated/base.rs"));
        assert!(is_written_by_hand("web/styles/message.css") && !is_written_by_hand("docs/openapi.json"));
    }

    #[test]
    fn pure_crates_use_no_clock_and_no_files() {
        assert_eq!(impure_word("// std::fs is mentioned\nlet x = 1;\n"), None);
        assert_eq!(impure_word("use std::fs;\n"), Some("std::fs"));
    }
}
