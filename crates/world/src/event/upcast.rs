//! Records as text, and records of earlier versions.

use super::Recorded;
use serde_json::Value;

/// The version of the records that are written.
pub const RECORD_VERSION: u32 = 1;

/// Records as a JSON array.
///
/// # Errors
/// None that a well-formed record could cause.
pub fn encode_records(records: &[Recorded]) -> serde_json::Result<String> {
    serde_json::to_string(records)
}

/// Reads a JSON array of records of any version.
///
/// # Errors
/// What is not such an array, or has a record of a later version.
pub fn decode_records(text: &str) -> serde_json::Result<Vec<Recorded>> {
    let present = serde_json::from_str::<Vec<Recorded>>(text);
    if let Ok(records) = &present
        && records.iter().all(|record| record.v == RECORD_VERSION)
    {
        return present;
    }
    let mut values: Vec<Value> = serde_json::from_str(text)?;
    values.iter_mut().try_for_each(upcast)?;
    serde_json::from_value(Value::Array(values))
}

/// Turns a record of an earlier version into one of the present version.
fn upcast(record: &mut Value) -> serde_json::Result<()> {
    let version = record.get("v").and_then(Value::as_u64);
    match version {
        Some(version) if version == u64::from(RECORD_VERSION) => Ok(()),
        // The first change of a record's form adds its step here.
        Some(version) => {
            Err(serde::de::Error::custom(format!("a record of version {version}, made by a later Parlor")))
        }
        None => Err(serde::de::Error::custom("a record without a version")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_other_versions_are_named() {
        let error = |text: &str| decode_records(text).unwrap_err().to_string();
        assert!(error(r#"[{"v":9,"at":0,"event":{"new":{}}}]"#).contains("a record of version 9"));
        assert!(error(r#"[{"at":0}]"#).contains("without a version"));
        assert!(decode_records("[]").unwrap().is_empty());
    }
}
