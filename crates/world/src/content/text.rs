use super::LinkPreview;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A text message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextContent {
    /// The text, normalized.
    #[serde(rename = "body")]
    pub text: Text,
    /// How the sender asked for its links to be previewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_preview: Option<LinkPreview>,
}
