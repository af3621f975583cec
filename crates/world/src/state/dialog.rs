//! Dialogs: one account's view of a chat.

use crate::ids::{MessageId, MessageKey, Timestamp};
use crate::limits::RateLimiter;
use crate::serde_default::is_false;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What one account knows of a chat. An account has seen a chat, and with it the other account, if this exists.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Dialog {
    /// This account blocked the other one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_blocked: bool,
    /// The last message that this account has read, by its own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_up_to: Option<MessageId>,
    /// Messages that this account deleted for itself only.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) hidden: BTreeSet<MessageKey>,
    /// What this account shows that it is doing; never stored.
    #[serde(skip)]
    pub(crate) action: Option<ShownAction>,
    /// This account's speed in this chat; see [`crate::limits`].
    #[serde(skip)]
    pub(crate) rate: RateLimiter,
}

/// > The status is set for 5 seconds or less (when a message arrives from your bot, Telegram clients clear its
/// > typing status).
pub const ACTION_SECONDS: i64 = 5;

/// An action that the other members see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ShownAction {
    pub(crate) action: ChatAction,
    pub(crate) until: Timestamp,
}

/// What an account shows that it is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatAction {
    Typing,
    UploadPhoto,
    RecordVideo,
    UploadVideo,
    RecordVoice,
    UploadVoice,
    UploadDocument,
    ChooseSticker,
    FindLocation,
    RecordVideoNote,
    UploadVideoNote,
}

impl ChatAction {
    /// Every action with its Bot API name; `record_audio`, `upload_audio` and `pick_up_location` are old names.
    const NAMES: [(&str, Self); 14] = [
        ("typing", Self::Typing),
        ("upload_photo", Self::UploadPhoto),
        ("record_video", Self::RecordVideo),
        ("upload_video", Self::UploadVideo),
        ("record_voice", Self::RecordVoice),
        ("upload_voice", Self::UploadVoice),
        ("upload_document", Self::UploadDocument),
        ("choose_sticker", Self::ChooseSticker),
        ("find_location", Self::FindLocation),
        ("record_video_note", Self::RecordVideoNote),
        ("upload_video_note", Self::UploadVideoNote),
        ("record_audio", Self::RecordVoice),
        ("upload_audio", Self::UploadVoice),
        ("pick_up_location", Self::FindLocation),
    ];

    /// By its name, in any case; `cancel` is `Some(None)`, an unknown name `None`.
    pub fn parse(name: &str) -> Option<Option<Self>> {
        let name = name.to_ascii_lowercase();
        if name == "cancel" {
            return Some(None);
        }
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, action)| Some(*action))
    }

    /// The present name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, action)| *action == self).map_or("typing", |(name, _)| name)
    }
}
