use super::draft::Draft;
use super::reply::ReplyTo;
use super::thread;
use crate::content::Content;
use crate::event::Event;
use crate::ids::{AccountId, MessageId, MessageKey, Timestamp};
use crate::markup::Markup;
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::message::{Message, MessageExtras, Origin};

/// An account forwards or copies messages from one of its chats to another.
pub struct ForwardMessages {
    /// Who.
    pub actor: Actor,
    /// Where from.
    pub from: Target,
    /// Where to.
    pub to: Target,
    /// Which.
    pub messages: Vec<ForwardItem>,
    /// Skip what can't be forwarded, as the methods for several messages do.
    pub skip_missing: bool,
    /// With the sender's name or as a message of its own.
    pub mode: ForwardMode,
    /// Without a sound.
    pub is_silent: bool,
    /// Not to be forwarded again.
    pub is_protected: bool,
    /// As [`super::SendOptions::thread`].
    pub thread: Option<MessageId>,
}

/// One message to be forwarded.
#[derive(Debug, Clone, Copy)]
pub struct ForwardItem {
    /// By the actor's own id.
    pub id: MessageId,
    /// As [`super::SendOptions::random_id`], for the new message.
    pub random_id: Option<i64>,
}

impl From<MessageId> for ForwardItem {
    fn from(id: MessageId) -> Self {
        Self { id, random_id: None }
    }
}

/// How messages are forwarded.
#[derive(Debug, Clone)]
pub enum ForwardMode {
    /// With the name of the first sender.
    Forward,
    /// Without a link to the original; a copy may be a reply and bring a keyboard.
    Copy { reply: Option<ReplyTo>, markup: Option<Markup> },
}

impl Command for ForwardMessages {
    /// The new messages.
    type Outcome = Vec<MessageKey>;

    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<Vec<MessageKey>, Refusal> {
        let from = self.from.place(world, self.actor, now)?;
        let to = self.to.place(world, self.actor, now)?;
        to.permit(Right::Send)?;
        let (operation, reply, markup) = match &self.mode {
            ForwardMode::Forward => (MessageOperation::Forward, None, None),
            ForwardMode::Copy { reply, markup } => (MessageOperation::Copy, reply.as_ref(), markup.as_ref()),
        };
        let reply = reply.map_or(Ok(None), |reply| reply.resolve(to.dialog, to.actor))?;
        let thread = thread::find(&to, self.thread, reply.as_ref())?;
        markup.map_or(Ok(()), Markup::check)?;
        let markup = markup.filter(|markup| !markup.is_empty());
        let mut draft = Draft::new(world, to.chat, to.actor, now);
        let mut sent = Vec::new();
        for item in &self.messages {
            let before = item.random_id.and_then(|random| to.dialog?.sent_with(random));
            if let Some(message) = before {
                sent.push(message.key);
                continue;
            }
            let original = from.dialog.and_then(|dialog| dialog.message(item.id));
            let is_protected = from.group.is_some_and(|group| group.profile.is_protected);
            let original = match check(original, operation, is_protected) {
                Ok(original) => original,
                Err(Refusal::MessageNotFound(_) | Refusal::MessageCantBeForwarded) if self.skip_missing => {
                    continue;
                }
                Err(refusal) => return Err(refusal),
            };
            let extras = MessageExtras {
                reply: reply.clone(),
                thread,
                markup: markup.cloned(),
                forward: matches!(self.mode, ForwardMode::Forward).then(|| Origin::of(original)),
                is_silent: self.is_silent,
                is_protected: self.is_protected,
                random_id: item.random_id,
                ..MessageExtras::default()
            };
            sent.push(draft.add(content(original, to.actor)?, extras, events));
        }
        if sent.is_empty() {
            return Err(Refusal::MessageNotFound(operation));
        }
        Ok(sent)
    }
}

fn check(
    message: Option<&Message>,
    operation: MessageOperation,
    is_protected: bool,
) -> Result<&Message, Refusal> {
    let message = message.ok_or(Refusal::MessageNotFound(operation))?;
    if message.content.is_service() {
        return Err(Refusal::MessageCantBeForwarded);
    }
    if is_protected || message.is_protected() {
        return Err(Refusal::ContentProtected);
    }
    Ok(message)
}

/// The content as the forwarder sees it: a press on Start is an ordinary text from then on.
fn content(original: &Message, viewer: AccountId) -> Result<Content, Refusal> {
    match &original.content {
        Content::Start(_) => {
            original.text_for(viewer).map(Content::text).ok_or(Refusal::MessageCantBeForwarded)
        }
        content => Ok(content.clone()),
    }
}
