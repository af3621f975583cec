//! The shapes of the API, and how the world's things become them.

mod access;
mod account;
mod dialog;
mod event;
mod message;

pub(crate) use access::{NewWriteAccess, WriteAccess};
pub(crate) use account::{Bot, BotPatch, Commands, NewBot, NewUser, User, UserPatch};
pub(crate) use dialog::{Chat, Dialog, Opened};
pub(crate) use event::{Event, event};
pub(crate) use message::{Answer, Entity, Keyboard, Message};

use serde::{Deserialize, Deserializer};

/// Tells an absent field (keep it) from one that is `null` (remove it).
pub(crate) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}
