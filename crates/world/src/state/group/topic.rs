use crate::ids::{AccountId, MessageId};
use crate::serde_default::is_false;
use serde::{Deserialize, Serialize};

/// The topic that every forum has. Its messages name no topic.
pub const GENERAL: MessageId = MessageId(1);

/// The colours that a topic's icon may have, in RGB; the first is the default.
///
/// > Currently, must be one of 7322096, 16766590, 13338331, 9367192, 16749490, or 16478047
pub const ICON_COLORS: [u32; 6] = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];

/// A topic of a forum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The id of the message that tells of its creation.
    pub id: MessageId,
    /// 1 to 128 characters.
    pub name: Box<str>,
    /// One of [`ICON_COLORS`].
    pub icon_color: u32,
    /// A custom emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<i64>,
    /// Who made it.
    pub creator: AccountId,
    /// When, in seconds since the epoch.
    pub created: i64,
    /// Only administrators can write in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_closed: bool,
    /// Not in the list; the General topic only.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_hidden: bool,
}
