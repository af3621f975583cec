use bytes::Bytes;
use parlor_host::Shown;

/// A body as the inspector shows it. The bytes of a short one are shared; of a long one only the beginning is copied.
pub(crate) fn shown_body(body: Bytes) -> Shown {
    if body.len() > Shown::MAX {
        return Shown::beginning(&body);
    }
    Shown::later(move || String::from_utf8_lossy(&body).into_owned())
}
