//! The described API changes only on purpose: `docs/openapi.json` is what clients were written against.

use std::path::Path;

#[test]
fn the_document_is_the_one_on_record() -> std::io::Result<()> {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/openapi.json");
    let served = parlor_control::openapi();
    if std::env::var_os("PARLOR_UPDATE").is_some() {
        std::fs::write(&record, &served)?;
    }
    let recorded = std::fs::read_to_string(&record)?;
    let differs = served.lines().zip(recorded.lines()).position(|(served, recorded)| served != recorded);
    assert!(
        served == recorded,
        "docs/openapi.json differs from line {differs:?}; PARLOR_UPDATE=1 writes it anew"
    );
    Ok(())
}
