//! The shapes of the API: Bot API objects in wrappers with what only the user's app knows, and inputs.

mod access;
mod account;
pub(crate) mod described;
mod dialog;
mod event;
mod group;
mod group_dialog;
mod input;
mod joining;
mod message;
mod opened;
mod rights;

pub(crate) use access::{NewWriteAccess, WriteAccess};
pub(crate) use account::{BotAccount, BotPatch, NewBot, NewUser, UserAccount, UserPatch};
pub(crate) use dialog::{Dialog, DialogSummary};
pub(crate) use event::Event;
pub(crate) use group::{Group, GroupMember, GroupPatch, GroupType, NewGroup, owner_of};
pub(crate) use group_dialog::GroupDialog;
pub(crate) use input::{
    AccountName, ChatName, InputEntity, InputLinkPreview, InputReaction, InputReply, text,
};
pub(crate) use joining::{InviteLink, JoinCard, JoinResult, LinkChoice, PendingRequest, Topic};
pub(crate) use message::{Answer, DialogMessage, MessageDetails};
pub(crate) use opened::OpenedLink;
pub(crate) use rights::{InputPermissions, InputRights};

use serde::{Deserialize, Deserializer};

/// Distinguishes an absent field (not changed) from one that is `null` (removed).
pub(crate) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}
