use super::draft::{Draft, following};
use super::reply::ReplyTo;
use super::thread;
use crate::content::{Content, LinkPreview, StartPress, TextContent};
use crate::event::{Event, MessageEvent};
use crate::ids::{ChatId, MessageId, MessageKey, Timestamp};
use crate::limits;
use crate::link::StartPayload;
use crate::markup::Markup;
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::message::{Message, MessageExtras, Origin};
use crate::text::{EntityKind, Text};

/// An account sends a message: every message of every protocol, whatever it holds, is this command.
#[derive(Debug, Clone)]
pub struct Send {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// What; normalized and checked here.
    pub content: NewContent,
    /// How.
    pub options: SendOptions,
}

/// What a message is to say.
#[derive(Debug, Clone)]
pub enum NewContent {
    /// A text.
    Text { text: Text, link_preview: Option<LinkPreview> },
    /// A press on Start with a payload.
    Start { shown: Text, payload: StartPayload },
}

/// How a message is sent, whatever it holds.
#[derive(Debug, Clone, Default)]
pub struct SendOptions {
    /// What it replies to.
    pub reply: Option<ReplyTo>,
    /// The keyboard it brings; bots only.
    pub markup: Option<Markup>,
    /// Without a sound.
    pub is_silent: bool,
    /// Not to be forwarded or saved.
    pub is_protected: bool,
    /// The topic of a forum; `None` is General, or the topic of the message that is replied to.
    pub thread: Option<MessageId>,
    /// The channel in whose name a user writes in a group.
    pub send_as: Option<ChatId>,
    /// The client's number for it. A message that was sent with the same number a short time ago is not sent again.
    pub random_id: Option<i64>,
}

impl Send {
    /// A message with nothing but a text.
    pub fn text(actor: impl Into<Actor>, target: impl Into<Target>, text: Text) -> Self {
        let (actor, target, content) = (actor.into(), target.into(), NewContent::text(text));
        Self { actor, target, content, options: SendOptions::default() }
    }

    /// As [`Command::decide`], without asking whether the actor may send here.
    pub(crate) fn compose(
        &self,
        world: &World,
        now: Timestamp,
        place: &Place<'_>,
        events: &mut Vec<Event>,
    ) -> Result<MessageKey, Refusal> {
        let options = &self.options;
        let before = options.random_id.and_then(|random| place.dialog?.sent_with(random));
        if let Some(message) = before {
            return Ok(message.key);
        }
        let content = self.content.normalize(world)?;
        options.markup.as_ref().map_or(Ok(()), Markup::check)?;
        let reply = options.reply.as_ref();
        let reply = reply.map_or(Ok(None), |reply| reply.resolve(place.dialog, place.actor))?;
        let thread = thread::find(place, options.thread, reply.as_ref())?;
        let sender_chat = options.send_as.map_or(Ok(None), |chat| place.permit_send_as(chat))?;
        let markup = options.markup.clone();
        let extras = MessageExtras {
            reply,
            thread,
            sender_chat,
            markup: markup.filter(|markup| !markup.is_empty()),
            is_silent: options.is_silent,
            is_protected: options.is_protected,
            random_id: options.random_id,
            ..MessageExtras::default()
        };
        let mut draft = Draft::new(world, place.chat, place.actor, now);
        let key = draft.add(content.clone(), extras, events);
        forward_automatically(place, &draft, content, events);
        Ok(key)
    }
}

/// A channel's posts come to its discussion group by themselves.
fn forward_automatically(place: &Place<'_>, draft: &Draft<'_>, content: Content, events: &mut Vec<Event>) {
    let group = place.group.filter(|group| group.is_channel());
    let Some(discussion) = group.and_then(|group| group.profile.linked).map(ChatId::Channel) else { return };
    let Some(Event::Message(MessageEvent::Sent(sent))) = events.last() else { return };
    let origin = Origin::of(sent);
    let extras = MessageExtras {
        forward: Some(origin),
        sender_chat: Some(place.chat),
        is_automatic: true,
        ..MessageExtras::default()
    };
    let mut copy = Draft::new(place.world, discussion, place.actor, place.now).after(draft);
    copy.add(content, extras, events);
}

impl Command for Send {
    type Outcome = MessageKey;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<MessageKey, Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        place.permit(Right::Send)?;
        self.compose(world, now, &place, events)
    }
}

impl NewContent {
    /// A text without hints about its link preview.
    pub fn text(text: Text) -> Self {
        Self::Text { text, link_preview: None }
    }

    pub(super) fn normalize(&self, world: &World) -> Result<Content, Refusal> {
        Ok(match self {
            Self::Text { text, link_preview } => Content::Text(TextContent {
                text: normalize_text(world, text)?,
                link_preview: link_preview.clone(),
            }),
            Self::Start { shown, payload } => Content::Start(StartPress {
                shown: normalize_text(world, shown)?,
                payload: payload.as_str().into(),
            }),
        })
    }
}

fn normalize_text(world: &World, text: &Text) -> Result<Text, Refusal> {
    let mut text = text.normalize()?;
    // > These mentions are only guaranteed to work if the user has contacted the bot in the past
    text.entities.retain(|entity| match entity.kind {
        EntityKind::TextMention { user } => world.user(user).is_some(),
        _ => true,
    });
    Ok(text)
}

pub(super) fn apply(world: &mut World, at: Timestamp, message: &Message) {
    let (chat, from) = (message.chat, message.from);
    world.next_message = world.next_message.max(MessageKey(message.key.0 + 1));
    for (numbering, id) in message.ids.boxes(chat) {
        let own = world.open_box(numbering);
        own.next_id = own.next_id.max(following(id));
        world.message_ids.insert((numbering, id), message.key);
    }
    let is_by_user = !world.is_bot(from);
    if let Some(bot) = world.bot_mut(from) {
        bot.rate.record(limits::OVERALL, at);
    }
    let is_with_bot = chat.other(from).is_some_and(|other| world.is_bot(other));
    let shared = world.open_chat(chat);
    shared.messages.push(message.key);
    // Any first message opens the dialog, not only /start.
    if let Some(private) = shared.private_mut().filter(|_| is_by_user && is_with_bot) {
        private.is_started = true;
    }
    if let Some(group) = shared.group_mut() {
        if !is_by_user {
            group.last_bot = Some(from);
        }
        let bots: Vec<_> = group.bots.iter().copied().collect();
        bots.into_iter().for_each(|bot| world.meet(bot, from));
    }
    let own = world.open_dialog(from, chat);
    own.action = None;
    own.rate.record(limits::PER_CHAT, at);
    // Whoever writes has read what was there.
    own.read_up_to = Some(message.id_for(from));
    world.random_ids.record(message);
    world.messages.insert(message.key, Box::new(message.clone()));
}
