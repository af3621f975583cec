//! Containers and compression: several messages in one, or one that is packed.

use crate::Broken;
use crate::bytes::join;
use std::io::Read;

const CONTAINER: u32 = 0x73f1_f8dc;
const GZIP: u32 = 0x3072_cfa1;
/// > A container may hold at most 1020 messages; TDLib and Telethon send no more than 100.
const MAX_MESSAGES: usize = 1020;
/// What one frame may grow to by unpacking: sixteen times the longest frame.
pub const MAX_UNPACKED: usize = 16 << 20;

/// A message of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) id: i64,
    pub(crate) sequence: i32,
    pub(crate) body: Vec<u8>,
}

/// The first four bytes; none of what is too short.
pub(crate) fn constructor(body: &[u8]) -> Option<u32> {
    body.get(..4).map(|id| u32::from_le_bytes(join(&[id])))
}

/// The messages of a container; none if it is none.
pub(crate) fn open_container(body: &[u8]) -> Result<Option<Vec<Part>>, Broken> {
    if constructor(body) != Some(CONTAINER) {
        return Ok(None);
    }
    let count =
        body.get(4..8).map(|count| u32::from_le_bytes(join(&[count]))).ok_or(Broken::Malformed)? as usize;
    if count > MAX_MESSAGES {
        return Err(Broken::Malformed);
    }
    let mut rest = &body[8..];
    let mut parts = Vec::with_capacity(count);
    for _ in 0..count {
        let head = rest.get(..16).ok_or(Broken::Malformed)?;
        let length = u32::from_le_bytes(join(&[&head[12..]])) as usize;
        let body = rest.get(16..).and_then(|rest| rest.get(..length)).ok_or(Broken::Malformed)?;
        parts.push(Part {
            id: i64::from_le_bytes(join(&[&head[..8]])),
            sequence: i32::from_le_bytes(join(&[&head[8..12]])),
            body: body.to_vec(),
        });
        rest = &rest[16 + length..];
    }
    Ok(Some(parts))
}

/// Several messages in one.
pub(crate) fn container(parts: &[Part]) -> Vec<u8> {
    let mut body = CONTAINER.to_le_bytes().to_vec();
    body.extend_from_slice(&u32::try_from(parts.len()).unwrap_or(u32::MAX).to_le_bytes());
    for part in parts {
        body.extend_from_slice(&part.id.to_le_bytes());
        body.extend_from_slice(&part.sequence.to_le_bytes());
        body.extend_from_slice(&u32::try_from(part.body.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend_from_slice(&part.body);
    }
    body
}

/// Unpacks a body if it is packed. `room` is what may still come out, over all messages of a frame.
pub fn unpack(body: Vec<u8>, room: &mut usize) -> Result<Vec<u8>, Broken> {
    if constructor(&body) != Some(GZIP) {
        return Ok(body);
    }
    let mut input = parlor_wire_tl::Reader::new(&body[4..]);
    let packed: parlor_wire_tl::Bytes =
        parlor_wire_tl::Tl::read(&mut input).map_err(|_| Broken::Malformed)?;
    let mut unpacked = Vec::new();
    let limit = u64::try_from(*room).unwrap_or(u64::MAX);
    let bytes = packed.0.as_slice();
    // Some clients write zlib's head instead of gzip's (mtcute 0.30.3), and are understood at Telegram.
    let read = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut unpacked),
        _ => flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut unpacked),
    };
    read.map_err(|_| Broken::Malformed)?;
    // At the limit there may be more: nothing honest is that long.
    if unpacked.len() >= *room || constructor(&unpacked) == Some(GZIP) {
        return Err(Broken::TooLong);
    }
    *room -= unpacked.len();
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
        out.id(GZIP);
        parlor_wire_tl::Tl::write(&parlor_wire_tl::Bytes(compressed), 0, &mut out);
        out.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let mut room = MAX_UNPACKED;
        assert_eq!(unpack(packed(&[7; 5000]), &mut room), Ok(vec![7; 5000]));
        assert_eq!(room, MAX_UNPACKED - 5000);
        let bomb = packed(&vec![0; MAX_UNPACKED + 1]);
        assert!(bomb.len() < 100_000);
        assert_eq!(unpack(bomb, &mut room), Err(Broken::TooLong));
        assert_eq!(unpack(packed(&packed(&[1; 64])), &mut room), Err(Broken::TooLong), "packed twice");
    }

    #[test]
    fn either_head_is_understood() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&[7; 5000]).unwrap();
        let body = wrapped(encoder.finish().unwrap());
        assert_eq!(unpack(body, &mut MAX_UNPACKED.clone()), Ok(vec![7; 5000]));
        assert_eq!(unpack(wrapped(vec![1; 20]), &mut MAX_UNPACKED.clone()), Err(Broken::Malformed));
    }

    #[test]
    fn containers_come_back_and_lies_are_refused() {
        let parts =
            vec![Part { id: 1, sequence: 2, body: vec![1; 8] }, Part { id: 5, sequence: 3, body: vec![] }];
        let whole = container(&parts);
        assert_eq!(open_container(&whole), Ok(Some(parts)));
        assert_eq!(open_container(&whole[..whole.len() - 1]), Err(Broken::Malformed));
        assert_eq!(
            open_container(&[&CONTAINER.to_le_bytes()[..], &[0xff; 4]].concat()),
            Err(Broken::Malformed)
        );
    }
}
