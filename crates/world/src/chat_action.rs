//! "typing…" and its kind: shown for some seconds, never kept.

use crate::dialog::{ChatRef, bot_side, of, user_side};
use crate::updates::Update;
use crate::{BotId, Command, DialogId, Event, Refusal, Side, Timestamp, World};
use serde::{Deserialize, Serialize};

/// > The status is set for 5 seconds or less (when a message arrives from your bot, Telegram clients clear its
/// > typing status).
pub const SHOWN_SECONDS: i64 = 5;

/// What a side is doing.
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

    /// By its name, in any case; `cancel` is `Some(None)`, what is no action `None`.
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

/// An action on the other side's screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    pub(crate) action: ChatAction,
    pub(crate) until: Timestamp,
}

/// A bot shows what it is doing. It may do so just when it may write: the guide's probe.
pub struct ShowChatAction {
    /// Who.
    pub bot: BotId,
    /// To whom.
    pub chat: ChatRef,
    /// None ends it.
    pub action: Option<ChatAction>,
}

impl Command for ShowChatAction {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (id, dialog) = bot_side(world, self.bot, &self.chat)?;
        world.living_user(id.user)?;
        let _permit = dialog.may_write(now)?;
        events.push(Event::ChatActionShown { dialog: id, by: Side::Bot, action: self.action });
        Ok(())
    }
}

/// A user's app shows that he types; bots over the Bot API never see it.
pub struct UserTypes {
    /// Whose dialog.
    pub dialog: DialogId,
    /// None ends it.
    pub action: Option<ChatAction>,
}

impl Command for UserTypes {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if user_side(world, self.dialog)?.is_some() {
            events.push(Event::ChatActionShown { dialog: self.dialog, by: Side::User, action: self.action });
        }
        Ok(())
    }
}

pub(crate) fn apply(world: &mut World, at: Timestamp, id: DialogId, by: Side, action: Option<ChatAction>) {
    let shown = action.map(|action| Shown { action, until: at.plus_seconds(SHOWN_SECONDS) });
    of(world, id).shown[by as usize] = shown;
}

/// What readers of the other side's events are sent while it happens.
pub fn live_update(event: &Event) -> Option<Update> {
    match event {
        Event::ChatActionShown { dialog, by, action } => {
            Some(Update::ChatAction { dialog: *dialog, by: *by, action: *action })
        }
        _ => None,
    }
}
