use bytes::Bytes;
use parlor_host::DisplayText;

/// Returns a body for the inspector. The bytes of a short body are shared; only the beginning of a long one is copied.
pub(crate) fn display_body(body: Bytes) -> DisplayText {
    if body.len() > DisplayText::MAX {
        return DisplayText::beginning(&body);
    }
    DisplayText::lazy(move || String::from_utf8_lossy(&body).into_owned())
}
