use crate::answer::ApiError;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::pin::pin;
use std::time::Duration;

/// > 50 MB max size for other files
pub const MAX_BODY: usize = 50 << 20;
/// A body that is not there by then is given up; the connection ends.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Reads a whole body, up to the limits.
pub(crate) async fn read<B>(body: B) -> Result<Bytes, ApiError>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // One that announces too much need not be waited for.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let mut body = pin!(Limited::new(body, MAX_BODY));
    let read = async {
        // Copied: a piece that is kept keeps the buffer that it was read into, kilobytes for a byte that came alone.
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
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::bad_request("unexpected end of request content")),
        Err(_) => Err(ApiError::new(408, "Request Timeout")),
    }
}

fn too_large() -> ApiError {
    ApiError::new(413, "Request Entity Too Large")
}
