use super::chat_with_bot;
use crate::event::{ChatEvent, Event};
use crate::ids::{AccountId, ChatId, GroupId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::chat::JoinRequest;

/// A user asks to join a chat that the bot administers.
pub struct RequestToJoin {
    /// The user.
    pub user: AccountId,
    /// The bot.
    pub bot: AccountId,
    /// The chat.
    pub chat: GroupId,
    /// The chat's title.
    pub title: String,
    /// A channel, or else a group.
    pub is_channel: bool,
}

impl Command for RequestToJoin {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let chat = chat_with_bot(world, self.user, self.bot)?;
        let (title, is_channel) = (self.title.clone(), self.is_channel);
        let request = JoinRequest { chat: self.chat, title, is_channel, at: now, is_decided: false };
        events.push(ChatEvent::JoinRequested { chat, request }.into());
        Ok(())
    }
}

/// `approveChatJoinRequest`, `declineChatJoinRequest`.
pub struct DecideJoinRequest {
    /// The administrator.
    pub bot: AccountId,
    /// The chat.
    pub chat: GroupId,
    /// Who asked.
    pub user: AccountId,
    /// Yes or no.
    pub approved: bool,
}

impl Command for DecideJoinRequest {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if !world.active_bot(self.bot)?.join_chats.contains(&self.chat) {
            let private = ChatId::private(AccountId(self.chat.0), self.bot);
            let is_private = world.dialog(self.bot, private).is_some();
            return Err(if is_private { Refusal::ChatHasNoJoinRequests } else { Refusal::ChatNotFound });
        }
        let chat = ChatId::private(self.user, self.bot);
        let request = world.chat(chat).and_then(|chat| chat.private().join_request.as_ref());
        let waits = request.is_some_and(|request| request.chat == self.chat && !request.is_decided);
        if !waits {
            return Err(Refusal::JoinRequestMissing);
        }
        events.push(ChatEvent::JoinDecided { chat, approved: self.approved }.into());
        Ok(())
    }
}

pub(super) fn apply_requested(world: &mut World, chat: ChatId, request: &JoinRequest) {
    world.open_chat(chat).private_mut().join_request = Some(Box::new(request.clone()));
    for member in chat.members() {
        if let Some(bot) = world.bot_mut(member) {
            bot.join_chats.insert(request.chat);
        }
    }
}

pub(super) fn apply_decided(world: &mut World, chat: ChatId) {
    if let Some(request) = &mut world.open_chat(chat).private_mut().join_request {
        request.is_decided = true;
    }
}
