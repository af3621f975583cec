use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Rows as bytes: MessagePack with the names of all fields, compressed with LZ4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    rows: u32,
    #[serde(with = "serde_bytes")]
    bytes: Box<[u8]>,
}

impl Packed {
    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.rows as usize
    }

    pub(super) fn pack<R: Serialize>(rows: &[R]) -> Self {
        let mut bytes = Vec::new();
        for row in rows {
            // Memory takes all that is written, and the rows hold nothing that MessagePack does not have.
            let _ = rmp_serde::encode::write_named(&mut bytes, row);
        }
        let rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Self { rows, bytes: lz4_flex::block::compress_prepend_size(&bytes).into() }
    }

    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub(super) fn unpack<R: DeserializeOwned>(&self) -> Result<Vec<R>, String> {
        let bytes = lz4_flex::block::decompress_size_prepended(&self.bytes);
        let bytes = bytes.map_err(|error| error.to_string())?;
        let mut rest = bytes.as_slice();
        let rows: Result<_, rmp_serde::decode::Error> =
            (0..self.rows).map(|_| rmp_serde::from_read(&mut rest)).collect();
        let rows = rows.map_err(|error| error.to_string())?;
        if rest.is_empty() { Ok(rows) } else { Err("bytes follow the last row".to_owned()) }
    }

    /// # Errors
    ///
    /// What is wrong, if these are not the rows of that type.
    pub(in crate::state) fn verify<R: Serialize + DeserializeOwned>(&self) -> Result<(), String> {
        let rows: Vec<R> = self.unpack()?;
        if Self::pack(&rows) == *self { Ok(()) } else { Err("the rows are packed differently".to_owned()) }
    }

    /// Without the last bytes, and with another number of rows.
    #[cfg(test)]
    pub(super) fn damaged(&self, cut: usize, rows: u32) -> Self {
        Self { rows, bytes: self.bytes[..self.bytes.len() - cut].into() }
    }
}
