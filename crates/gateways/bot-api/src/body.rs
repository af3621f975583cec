use crate::answer::ApiError;
use bytes::{Bytes, BytesMut};
use flate2::read::{GzDecoder, ZlibDecoder};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io::Read;
use std::pin::pin;
use std::time::Duration;

/// > 50 MB max size for other files
pub const MAX_BODY: usize = 50 << 20;
/// The time limit for reading a body. When it passes, the connection is closed.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Reads a whole body and decompresses it as its `Content-Encoding` says. [`MAX_BODY`] limits both lengths.
pub(crate) async fn read<B>(body: B, encoding: Option<&str>) -> Result<Bytes, ApiError>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // A body that announces a larger size is refused before it is read.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let mut body = pin!(Limited::new(body, MAX_BODY));
    let read = async {
        // Each frame is copied, since it is a slice of hyper's read buffer: keeping a frame of one byte would keep a buffer
        // of several kilobytes.
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                bytes.extend_from_slice(&data);
            }
        }
        Ok(bytes.freeze())
    };
    let read: Result<Result<Bytes, Box<dyn std::error::Error + Send + Sync>>, _> =
        tokio::time::timeout(BODY_TIME, read).await;
    match read {
        Ok(Ok(body)) => decompress(body, encoding),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::bad_request("unexpected end of request content")),
        Err(_) => Err(ApiError::new(408, "Request Timeout")),
    }
}

/// Decompresses the encodings that Telegram's server accepts; `deflate` is the zlib format.
fn decompress(body: Bytes, encoding: Option<&str>) -> Result<Bytes, ApiError> {
    match encoding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(body),
        Some("gzip") => limited(GzDecoder::new(body.as_ref())),
        Some("deflate") => limited(ZlibDecoder::new(body.as_ref())),
        Some(_) => Err(ApiError::new(415, "Unsupported Media Type: unsupported content-encoding")),
    }
}

/// Decompresses at most [`MAX_BODY`] bytes, since a few kilobytes can expand to gigabytes.
fn limited(decoder: impl Read) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    let read = decoder.take(MAX_BODY as u64 + 1).read_to_end(&mut bytes);
    match read {
        Ok(length) if length > MAX_BODY => Err(too_large()),
        Ok(_) => Ok(bytes.into()),
        Err(_) => Err(ApiError::bad_request("can't decompress the request content")),
    }
}

fn too_large() -> ApiError {
    ApiError::new(413, "Request Entity Too Large")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::{GzEncoder, ZlibEncoder};
    use http_body_util::Full;

    fn packed(mut encoder: impl Read) -> Bytes {
        let mut bytes = Vec::new();
        encoder.read_to_end(&mut bytes).unwrap();
        bytes.into()
    }

    #[tokio::test]
    async fn bodies_are_decompressed() {
        let gzip = packed(GzEncoder::new(&b"text=Hi"[..], Compression::fast()));
        let deflate = packed(ZlibEncoder::new(&b"text=Hi"[..], Compression::fast()));
        let bomb = packed(GzEncoder::new(std::io::repeat(0).take(MAX_BODY as u64 + 1), Compression::fast()));
        for (body, encoding, expected) in [
            (Bytes::from_static(b"text=Hi"), None, Ok("text=Hi")),
            (Bytes::from_static(b"text=Hi"), Some("identity"), Ok("text=Hi")),
            (gzip.clone(), Some("gzip"), Ok("text=Hi")),
            (gzip.clone(), Some("GZIP"), Ok("text=Hi")),
            (deflate, Some("deflate"), Ok("text=Hi")),
            (gzip.slice(..gzip.len() - 3), Some("gzip"), Err(400)),
            (Bytes::from_static(b"text=Hi"), Some("gzip"), Err(400)),
            (gzip, Some("br"), Err(415)),
            (bomb, Some("gzip"), Err(413)),
        ] {
            let found = read(Full::new(body), encoding).await;
            let found = found.as_deref().map_err(|error| error.code);
            assert_eq!(found, expected.map(str::as_bytes), "{encoding:?}");
        }
    }
}
