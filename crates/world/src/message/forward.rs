use super::send::may_send;
use super::{Content, Ids, Message, More, Origin, ReplyTo, Route};
use crate::markup::Markup;
use crate::refusal::Purpose;
use crate::{Command, DialogId, Event, MessageId, Refusal, Timestamp, World};

/// An account forwards or copies messages from one of its chats to another.
pub struct Forward {
    /// Who, and where to.
    pub to: Route,
    /// Where from; the same account.
    pub from: Route,
    /// Which.
    pub messages: Vec<Original>,
    /// Skip what can't be forwarded, as the methods for several messages do.
    pub skip_missing: bool,
    /// With the sender's name or as a message of its own.
    pub mode: Mode,
    /// Without a sound.
    pub silent: bool,
    /// Not to be forwarded on.
    pub protected: bool,
}

/// One message to be passed on.
#[derive(Debug, Clone, Copy)]
pub struct Original {
    /// By the id of who passes it on.
    pub id: MessageId,
    /// As [`super::Send::random_id`], for the new message.
    pub random_id: Option<i64>,
}

impl From<MessageId> for Original {
    fn from(id: MessageId) -> Self {
        Self { id, random_id: None }
    }
}

/// How a message is passed on.
#[derive(Debug, Clone)]
pub enum Mode {
    /// With the name of the first sender.
    Forward,
    /// Without a link to the first message; a copy may answer a message and bring a keyboard.
    Copy { reply: Option<ReplyTo>, markup: Option<Markup> },
}

impl Command for Forward {
    type Outcome = (DialogId, Vec<Ids>);

    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(DialogId, Vec<Ids>), Refusal> {
        let (source, side, from) = self.from.resolve(world)?;
        let (target, _, to) = self.to.resolve(world)?;
        may_send(world, target, side, to, now)?;
        let (purpose, reply, markup) = match &self.mode {
            Mode::Forward => (Purpose::Forward, None, None),
            Mode::Copy { reply, markup } => (Purpose::Copy, reply.as_ref(), markup.as_ref()),
        };
        let reply = reply.map_or(Ok(None), |reply| reply.find(to, side))?;
        markup.map_or(Ok(()), Markup::check)?;
        let mut next = world.next_ids(target);
        let mut sent = Vec::new();
        for wanted in &self.messages {
            let before = wanted.random_id.and_then(|random| to?.sent_with(side, random));
            if let Some(ids) = before {
                sent.push(ids);
                continue;
            }
            let original = from.and_then(|from| from.message(side, wanted.id));
            let original = match self.check(original, purpose) {
                Ok(original) => original,
                Err(Refusal::MessageNotFound(_) | Refusal::MessageCantBeForwarded) if self.skip_missing => {
                    continue;
                }
                Err(refusal) => return Err(refusal),
            };
            let more = More {
                reply: reply.clone(),
                markup: markup.cloned(),
                forward: matches!(self.mode, Mode::Forward).then(|| origin(original, source)),
                link_preview: original.link_preview().cloned(),
                silent: self.silent,
                protected: self.protected,
                random_id: wanted.random_id,
                ..More::default()
            };
            let message = Message {
                id: next,
                from: side,
                date: now.date(),
                edit_date: None,
                content: original.text(side).map(Content::Text).ok_or(Refusal::MessageCantBeForwarded)?,
                more: Some(more).filter(|more| *more != More::default()).map(Box::new),
            };
            sent.push(next);
            next = Ids { bot: MessageId(next.bot.0 + 1), user: MessageId(next.user.0 + 1) };
            events.push(Event::MessageSent { dialog: target, message });
        }
        if sent.is_empty() {
            return Err(Refusal::MessageNotFound(purpose));
        }
        Ok((target, sent))
    }
}

impl Forward {
    fn check<'w>(&self, message: Option<&'w Message>, purpose: Purpose) -> Result<&'w Message, Refusal> {
        let message = message.ok_or(Refusal::MessageNotFound(purpose))?;
        if matches!(message.content, Content::Pinned(_) | Content::WriteAllowed(_)) {
            return Err(Refusal::MessageCantBeForwarded);
        }
        if message.is_protected() {
            return Err(Refusal::ContentProtected);
        }
        Ok(message)
    }
}

/// A forwarded forward keeps its first sender.
fn origin(message: &Message, dialog: DialogId) -> Origin {
    message.origin().unwrap_or(Origin { sender: message.sender(dialog), date: message.date })
}
