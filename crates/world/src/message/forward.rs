use super::send::may_send;
use super::{Content, Ids, Message, More, Origin, ReplyTo};
use crate::dialog::{ChatRef, bot_side};
use crate::markup::Markup;
use crate::refusal::Purpose;
use crate::{BotId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// A bot forwards or copies messages from one of its chats to another.
pub struct Forward {
    /// Who.
    pub bot: BotId,
    /// Where to.
    pub to: ChatRef,
    /// Where from.
    pub from: ChatRef,
    /// Which.
    pub messages: Vec<MessageId>,
    /// Skip what can't be forwarded, as the methods for several messages do.
    pub skip_missing: bool,
    /// With the sender's name or as a message of its own.
    pub mode: Mode,
    /// Without a sound.
    pub silent: bool,
    /// Not to be forwarded on.
    pub protected: bool,
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
        let (source, from) = bot_side(world, self.bot, &self.from)?;
        let (target, to) = bot_side(world, self.bot, &self.to)?;
        may_send(world, target, to, now)?;
        let (purpose, reply, markup) = match &self.mode {
            Mode::Forward => (Purpose::Forward, None, None),
            Mode::Copy { reply, markup } => (Purpose::Copy, reply.as_ref(), markup.as_ref()),
        };
        let reply = reply.map_or(Ok(None), |reply| reply.find(Some(to), Side::Bot))?;
        markup.map_or(Ok(()), Markup::check)?;
        let mut next = world.next_ids(target);
        let mut sent = Vec::new();
        for wanted in &self.messages {
            let original = match self.check(from.message(Side::Bot, *wanted), purpose) {
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
                link_preview: original.more.as_ref().and_then(|more| more.link_preview.clone()),
                silent: self.silent,
                protected: self.protected,
                ..More::default()
            };
            let message = Message {
                id: next,
                from: Side::Bot,
                date: now.date(),
                edit_date: None,
                content: original
                    .text(Side::Bot)
                    .map(Content::Text)
                    .ok_or(Refusal::MessageCantBeForwarded)?,
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
