//! The page explains every problem in Russian by its code.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

/// Collects every string literal in the sources that has the form of a code.
fn codes(folder: &Path, found: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            codes(&path, found)?;
            continue;
        }
        let source = fs::read_to_string(path)?;
        let literals = source.split('"');
        let is_code = |text: &&str| {
            text.len() > 3 && text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        };
        found.extend(literals.filter(is_code).map(str::to_owned));
    }
    Ok(())
}

#[test]
fn every_code_is_translated() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    codes(&root.join("src"), &mut found)?;
    // The name of an environment variable, not a code.
    found.remove("CARGO_PKG_VERSION");
    assert!(found.len() > 50, "the sources hold {} codes", found.len());
    let words = fs::read_to_string(root.join("../../../web/locales/problems.ru.js"))?;
    let missing: Vec<_> = found.iter().filter(|code| !words.contains(&format!("  {code}: "))).collect();
    assert!(missing.is_empty(), "web/locales/problems.ru.js has no {missing:?}");
    Ok(())
}
