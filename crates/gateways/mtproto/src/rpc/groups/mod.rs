//! Groups and channels: `channels.*`, and what of `messages.*` is about basic groups or about all chats with members.

mod admin;
mod create;
mod edit;
mod find;
mod history;
mod invites;
mod join;
mod join_requests;
mod members;
mod participants;
mod topics;

pub(super) use admin::{edit_admin, edit_banned, edit_chat_admin, edit_default_banned_rights};
pub(super) use create::{create_channel, create_chat, delete_channel, delete_chat, migrate_chat};
pub(super) use edit::{
    check_username, edit_about, edit_channel_title, edit_chat_title, set_discussion_group, toggle_channel,
    toggle_peer, update_username,
};
pub(super) use find::{get_channels, get_chats, get_full_channel, get_full_chat};
pub(super) use history::{delete_messages, get_messages, read_history};
pub(super) use invites::{delete_invite, edit_invite, export_invite, get_invite, get_invites};
pub(super) use join::{check_invite, import_invite, join_channel, leave_channel};
pub(super) use join_requests::{get_importers, hide_all};
pub(super) use members::{add_chat_user, delete_chat_user, invite_to_channel};
pub(super) use participants::{get_participant, get_participants};
pub(super) use topics::{
    NewTopic, TopicChange, TopicPage, create_topic, delete_topic, edit_topic, get_topics, get_topics_by_id,
};

use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::{enums, types};
use parlor_world::{AccountId, ChatId, Command};

/// The first layer in which adding accounts says who could not be added.
const INVITED_USERS: u16 = 181;

/// Where a request names a group or channel: every namespace in its own way.
pub(super) enum Place {
    /// A basic group's id.
    Group(i64),
    /// A supergroup or channel.
    Channel(enums::InputChannel),
    /// Any chat.
    Peer(enums::InputPeer),
}

impl Place {
    /// The chat that is named.
    async fn find(&self, context: &Context) -> Result<ChatId, RpcError> {
        let me = context.me()?;
        let found = context.read(|world, _| match self {
            Self::Group(id) => decode::group(world, me, *id),
            Self::Channel(channel) => decode::channel(world, me, channel),
            Self::Peer(peer) => decode::peer(world, me, peer),
        });
        found.await?
    }
}

/// Executes a command and returns what it did in a chat.
async fn change<C: Command>(context: &Context, chat: ChatId, command: C) -> Result<enums::Updates, RpcError> {
    context.execute_with_effects(command, |executed, _| executed.updates_in(chat)).await
}

/// As [`change`], for requests that are answered with the updates.
async fn answer<C: Command>(context: &Context, chat: ChatId, command: C) -> Answer {
    context.encode(&change(context, chat, command).await?)
}

/// The answer to adding accounts. Nobody's privacy keeps them from being added.
fn encode_invited(context: &Context, updates: enums::Updates) -> Answer {
    if context.layer() < INVITED_USERS {
        return context.encode(&updates);
    }
    let invited = types::MessagesInvitedUsers { updates, missing_invitees: Vec::new() };
    context.encode(&enums::MessagesInvitedUsers::from(invited))
}

async fn users(context: &Context, users: &[enums::InputUser]) -> Result<Vec<AccountId>, RpcError> {
    decode::check_ids(users, decode::MAX_WANTED_IDS)?;
    let me = context.me()?;
    let found = context.read(|world, _| users.iter().map(|user| decode::user(world, me, user)).collect());
    found.await?
}

async fn user(context: &Context, user: &enums::InputUser) -> Result<AccountId, RpcError> {
    let me = context.me()?;
    context.read(|world, _| decode::user(world, me, user)).await?
}
