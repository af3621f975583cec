//! `msg_container` and `gzip_packed`: several messages in one, and compressed messages.

use crate::ProtocolError;
use crate::bytes::concat;
use crate::constructors::{GZIP_PACKED, MSG_CONTAINER};
use std::io::Read;

/// Telegram's limit of messages in a container. TDLib and Telethon send at most 100.
const MAX_MESSAGES: usize = 1020;
/// The limit of all unpacked bytes of one frame: 16 times the longest frame.
pub const MAX_UNPACKED: usize = 16 << 20;

/// One message: alone in an envelope, or in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InnerMessage {
    pub(crate) id: i64,
    pub(crate) sequence: i32,
    pub(crate) body: Vec<u8>,
}

/// The constructor id of a serialized object: its first four bytes. `None` if there are fewer.
pub(crate) fn constructor(body: &[u8]) -> Option<u32> {
    body.get(..4).map(|id| u32::from_le_bytes(concat(&[id])))
}

/// Splits a container into its messages; `None` if the body is not a container.
pub(crate) fn open_container(body: &[u8]) -> Result<Option<Vec<InnerMessage>>, ProtocolError> {
    if constructor(body) != Some(MSG_CONTAINER) {
        return Ok(None);
    }
    let count =
        body.get(4..8).map(|count| u32::from_le_bytes(concat(&[count]))).ok_or(ProtocolError::Malformed)?
            as usize;
    if count > MAX_MESSAGES {
        return Err(ProtocolError::Malformed);
    }
    let mut rest = &body[8..];
    let mut parts = Vec::with_capacity(count);
    for _ in 0..count {
        let head = rest.get(..16).ok_or(ProtocolError::Malformed)?;
        let length = u32::from_le_bytes(concat(&[&head[12..]])) as usize;
        let body = rest.get(16..).and_then(|rest| rest.get(..length)).ok_or(ProtocolError::Malformed)?;
        parts.push(InnerMessage {
            id: i64::from_le_bytes(concat(&[&head[..8]])),
            sequence: i32::from_le_bytes(concat(&[&head[8..12]])),
            body: body.to_vec(),
        });
        rest = &rest[16 + length..];
    }
    Ok(Some(parts))
}

/// Joins messages into a container.
pub(crate) fn container(parts: &[InnerMessage]) -> Vec<u8> {
    let mut body = MSG_CONTAINER.to_le_bytes().to_vec();
    body.extend_from_slice(&u32::try_from(parts.len()).unwrap_or(u32::MAX).to_le_bytes());
    for part in parts {
        body.extend_from_slice(&part.id.to_le_bytes());
        body.extend_from_slice(&part.sequence.to_le_bytes());
        body.extend_from_slice(&u32::try_from(part.body.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend_from_slice(&part.body);
    }
    body
}

/// Decompresses a body if it is `gzip_packed`, and returns any other body unchanged. `budget` is the number of bytes
/// that all messages of the frame may still unpack to; the unpacked bytes are subtracted from it.
///
/// # Errors
///
/// Returns [`ProtocolError::Malformed`] if the compressed data is invalid, and [`ProtocolError::TooLong`] if it
/// exceeds the budget or is packed twice.
pub fn unpack(body: Vec<u8>, budget: &mut usize) -> Result<Vec<u8>, ProtocolError> {
    if constructor(&body) != Some(GZIP_PACKED) {
        return Ok(body);
    }
    let mut input = parlor_wire_tl::Reader::new(&body[4..]);
    let packed: parlor_wire_tl::Bytes =
        parlor_wire_tl::Tl::read(&mut input).map_err(|_| ProtocolError::Malformed)?;
    let mut unpacked = Vec::new();
    let limit = u64::try_from(*budget).unwrap_or(u64::MAX);
    let bytes = packed.0.as_slice();
    // Some clients write zlib's head instead of gzip's (mtcute 0.30.3), and are understood at Telegram.
    let read = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut unpacked),
        _ => flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut unpacked),
    };
    read.map_err(|_| ProtocolError::Malformed)?;
    // Reading stops at the budget, so a full buffer means that there may be more. Nested compression is refused too:
    // it only serves to get around the budget.
    if unpacked.len() >= *budget || constructor(&unpacked) == Some(GZIP_PACKED) {
        return Err(ProtocolError::TooLong);
    }
    *budget -= unpacked.len();
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        wrapped(encoder.finish().unwrap())
    }

    fn wrapped(compressed: Vec<u8>) -> Vec<u8> {
        let mut out = parlor_wire_tl::Writer::default();
        out.id(GZIP_PACKED);
        parlor_wire_tl::Tl::write(&parlor_wire_tl::Bytes(compressed), 0, &mut out);
        out.finish().unwrap()
    }

    #[test]
    fn a_decompression_bomb_is_refused_at_the_limit() {
        let mut budget = MAX_UNPACKED;
        assert_eq!(unpack(packed(&[7; 5000]), &mut budget), Ok(vec![7; 5000]));
        assert_eq!(budget, MAX_UNPACKED - 5000);
        let bomb = packed(&vec![0; MAX_UNPACKED + 1]);
        assert!(bomb.len() < 100_000);
        assert_eq!(unpack(bomb, &mut budget), Err(ProtocolError::TooLong));
        assert_eq!(
            unpack(packed(&packed(&[1; 64])), &mut budget),
            Err(ProtocolError::TooLong),
            "packed twice"
        );
    }

    #[test]
    fn gzip_and_zlib_headers_are_both_read() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&[7; 5000]).unwrap();
        let body = wrapped(encoder.finish().unwrap());
        assert_eq!(unpack(body, &mut MAX_UNPACKED.clone()), Ok(vec![7; 5000]));
        assert_eq!(unpack(wrapped(vec![1; 20]), &mut MAX_UNPACKED.clone()), Err(ProtocolError::Malformed));
    }

    #[test]
    fn containers_round_trip_and_malformed_ones_are_refused() {
        let parts = vec![
            InnerMessage { id: 1, sequence: 2, body: vec![1; 8] },
            InnerMessage { id: 5, sequence: 3, body: vec![] },
        ];
        let whole = container(&parts);
        assert_eq!(open_container(&whole), Ok(Some(parts)));
        assert_eq!(open_container(&whole[..whole.len() - 1]), Err(ProtocolError::Malformed));
        assert_eq!(
            open_container(&[&MSG_CONTAINER.to_le_bytes()[..], &[0xff; 4]].concat()),
            Err(ProtocolError::Malformed)
        );
    }
}
