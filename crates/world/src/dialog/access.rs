use super::{of, user_side};
use crate::message::{Content, Ids, Message};
use crate::updates::Update;
use crate::{BotId, Command, DialogId, Event, Refusal, Side, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};

/// How a person allowed a bot to write without writing to it first.
///
/// > messageActionBotAllowed: attach_menu, from_request, domain, app (core.telegram.org/constructor)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WriteAccess {
    /// Logged in on the bot's website, and let it write.
    Website { domain: String },
    /// Launched its mini app from a link, and let it write; the app's short name.
    WebApp { name: String },
    /// Added it to the attachment menu.
    AttachmentMenu,
    /// Said yes when its mini app asked.
    Request,
}

/// A person lets a bot write; both see a service message.
pub struct AllowWriting {
    /// Who, and which bot.
    pub dialog: DialogId,
    /// How.
    pub access: WriteAccess,
}

impl Command for AllowWriting {
    type Outcome = Ids;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<Ids, Refusal> {
        if user_side(world, self.dialog)?.is_some_and(|dialog| dialog.blocked) {
            return Err(Refusal::YouBlockedBot);
        }
        let message = Message {
            id: world.next_ids(self.dialog),
            from: Side::User,
            date: now.date(),
            edit_date: None,
            content: Content::WriteAllowed(self.access.clone()),
            more: None,
        };
        let ids = message.id;
        events.push(Event::MessageSent { dialog: self.dialog, message });
        Ok(ids)
    }
}

/// > user_chat_id: The bot can use this identifier for 5 minutes to send messages until the join request is processed
const JOIN_REQUEST_SECONDS: i64 = 5 * 60;

/// A person asked to join a chat that a bot administers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The chat's Bot API id.
    pub chat: i64,
    /// What the chat is called.
    pub title: String,
    /// A channel, or else a group.
    pub is_channel: bool,
    /// When.
    pub at: Timestamp,
    /// Whether somebody approved or declined it.
    pub decided: bool,
}

impl JoinRequest {
    /// Whether it lets the bot write just now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.decided && now < self.at.plus_seconds(JOIN_REQUEST_SECONDS)
    }
}

/// A person asks to join a chat that the bot administers.
pub struct RequestToJoin {
    /// Who, and which bot.
    pub dialog: DialogId,
    /// The chat's Bot API id.
    pub chat: i64,
    /// What the chat is called.
    pub title: String,
    /// A channel, or else a group.
    pub is_channel: bool,
}

impl Command for RequestToJoin {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        user_side(world, self.dialog)?;
        let (title, is_channel) = (self.title.clone(), self.is_channel);
        let request = JoinRequest { chat: self.chat, title, is_channel, at: now, decided: false };
        events.push(Event::JoinRequested { dialog: self.dialog, request });
        Ok(())
    }
}

/// `approveChatJoinRequest`, `declineChatJoinRequest`.
pub struct DecideJoin {
    /// The administrator.
    pub bot: BotId,
    /// The chat's Bot API id.
    pub chat: i64,
    /// Who asked.
    pub user: UserId,
    /// Yes or no.
    pub approved: bool,
}

impl Command for DecideJoin {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let id = DialogId { user: self.user, bot: self.bot };
        let known = world.living_bot(self.bot)?.join_chats.contains(&self.chat);
        if !known {
            let private = DialogId { user: UserId(self.chat), bot: self.bot };
            let is_private = world.dialog(private).is_some();
            return Err(if is_private { Refusal::ChatHasNoJoinRequests } else { Refusal::ChatNotFound });
        }
        let request = world.dialog(id).and_then(|dialog| dialog.join_request.as_ref());
        let open = request.is_some_and(|request| request.chat == self.chat && !request.decided);
        if !open {
            return Err(Refusal::JoinRequestMissing);
        }
        events.push(Event::JoinDecided { dialog: id, approved: self.approved });
        Ok(())
    }
}

pub(crate) fn apply_join_requested(world: &mut World, at: Timestamp, id: DialogId, request: &JoinRequest) {
    of(world, id).join_request = Some(Box::new(request.clone()));
    if let Some(bot) = world.bots.get_mut(&id.bot) {
        bot.join_chats.insert(request.chat);
    }
    world.tell_bot(at, Update::JoinRequested { dialog: id, request: Box::new(request.clone()) });
}

pub(crate) fn apply_join_decided(world: &mut World, id: DialogId) {
    if let Some(request) = &mut of(world, id).join_request {
        request.decided = true;
    }
}
