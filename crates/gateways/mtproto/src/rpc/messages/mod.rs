//! `messages.*`

mod callback;
mod delete;
mod dialogs;
mod edit;
mod forward;
mod history;
mod join_request;
mod no_data;
mod page;
mod pin;
mod react;
mod read;
mod send;
mod start_bot;
mod typing;

pub(super) use callback::{get_bot_callback_answer, set_bot_callback_answer};
pub(super) use delete::{delete, delete_history};
pub(super) use dialogs::{get_dialogs, get_peer_dialogs, get_peer_settings, get_pinned_dialogs};
pub(super) use edit::edit;
pub(super) use forward::forward;
pub(super) use history::{get_history, get_messages, search};
pub(super) use join_request::hide_join_request;
pub(super) use no_data::{
    get_all_drafts, get_attach_menu_bots, get_available_effects, get_dialog_filters, get_split_ranges,
    get_sticker_set,
};
pub(super) use pin::{unpin_all, update_pinned};
pub(super) use react::send_reaction;
pub(super) use read::read_history;
pub(super) use send::send;
pub(super) use start_bot::start_bot;
pub(super) use typing::set_typing;

use crate::context::Context;
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_world::{ChatId, Target};

/// The chat that a peer names.
async fn chat(context: &Context, peer: &enums::InputPeer) -> Result<ChatId, RpcError> {
    let me = context.me()?;
    context.read(|world, _| decode::peer(world, me, peer)).await?
}

/// How a command names the chat of a peer.
async fn target(context: &Context, peer: &enums::InputPeer) -> Result<Target, RpcError> {
    let me = context.me()?;
    context.read(|world, _| decode::target(world, me, peer)).await?
}
