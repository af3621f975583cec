use super::{Content, Ids, LinkPreview, Message, More, Quote, Reply, Route};
use crate::dialog::{ChatRef, Dialog, of};
use crate::limits;
use crate::link::StartPayload;
use crate::markup::Markup;
use crate::refusal::Purpose;
use crate::shared::Shared;
use crate::text::{EntityKind, Text};
use crate::updates::Update;
use crate::{BotId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// One side sends a text to the other: every message of every protocol is this command.
#[derive(Debug, Clone)]
pub struct Send {
    /// From whom, to whom.
    pub route: Route,
    /// What; cleaned and checked here.
    pub text: Text,
    /// The payload, when this is a press on Start.
    pub start: Option<StartPayload>,
    /// What it answers.
    pub reply: Option<ReplyTo>,
    /// The keyboard it brings; bots only.
    pub markup: Option<Markup>,
    /// How its links are previewed.
    pub link_preview: Option<LinkPreview>,
    /// Without a sound.
    pub silent: bool,
    /// Not to be forwarded or saved.
    pub protected: bool,
    /// The client's number for it; what was sent with the same one lately is not sent again.
    pub random_id: Option<i64>,
}

/// The wish to answer a message of the same dialog.
#[derive(Debug, Clone, Default)]
pub struct ReplyTo {
    /// By the sender's own id.
    pub message: Option<MessageId>,
    /// Send it also if that message is gone.
    pub allow_without: bool,
    /// The part that is quoted; empty for none.
    pub quote: Text,
    /// Where to look for the quote first, in UTF-16 code units.
    pub position: u32,
}

impl Send {
    /// A bot's message with nothing but a text.
    pub fn by_bot(bot: BotId, chat: ChatRef, text: Text) -> Self {
        Self::new(Route::Bot(bot, chat), text)
    }

    /// A user's message with nothing but a text.
    pub fn by_user(dialog: DialogId, text: Text) -> Self {
        Self::new(Route::User(dialog), text)
    }

    fn new(route: Route, text: Text) -> Self {
        Self {
            route,
            text,
            start: None,
            reply: None,
            markup: None,
            link_preview: None,
            silent: false,
            protected: false,
            random_id: None,
        }
    }

    /// As [`Command::decide`], by a user who unblocks the bot in the same step.
    pub(crate) fn decide_unblocked(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<Ids, Refusal> {
        let Route::User(id) = self.route else { return self.decide(world, now, events).map(|(_, ids)| ids) };
        self.compose(world, now, id, world.dialog(id), Side::User, events)
    }

    fn compose(
        &self,
        world: &World,
        now: Timestamp,
        id: DialogId,
        dialog: Option<&Dialog>,
        from: Side,
        events: &mut Vec<Event>,
    ) -> Result<Ids, Refusal> {
        let sent = self.random_id.and_then(|random| dialog?.sent_with(from, random));
        if let Some(ids) = sent {
            return Ok(ids);
        }
        let mut text = self.text.accept()?;
        // > These mentions are only guaranteed to work if the user has contacted the bot in the past
        text.entities.retain(|entity| match entity.kind {
            EntityKind::TextMention { user } => world.users.contains_key(&user),
            _ => true,
        });
        self.markup.as_ref().map_or(Ok(()), Markup::check)?;
        let reply = self.reply.as_ref().map_or(Ok(None), |reply| reply.find(dialog, from))?;
        let more = More {
            reply,
            markup: self.markup.clone().filter(|markup| markup.inline().is_none_or(|rows| !rows.is_empty())),
            link_preview: self.link_preview.clone(),
            silent: self.silent,
            protected: self.protected,
            random_id: self.random_id,
            ..More::default()
        };
        let content = match &self.start {
            Some(payload) => Content::Start { shown: text, payload: payload.as_str().into() },
            None => Content::Text(text),
        };
        let message = Message {
            id: world.next_ids(id),
            from,
            date: now.date(),
            edit_date: None,
            content,
            more: Some(more).filter(|more| *more != More::default()).map(Box::new),
        };
        let ids = message.id;
        events.push(Event::MessageSent { dialog: id, message });
        Ok(ids)
    }
}

impl Command for Send {
    type Outcome = (DialogId, Ids);

    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(DialogId, Ids), Refusal> {
        let (id, side, dialog) = self.route.resolve(world)?;
        may_send(world, id, side, dialog, now)?;
        Ok((id, self.compose(world, now, id, dialog, side, events)?))
    }
}

/// What every message passes, however it is made. People must not have blocked the bot; of bots, the account, the
/// dialog and the speed are looked at.
pub(super) fn may_send(
    world: &World,
    id: DialogId,
    side: Side,
    dialog: Option<&Dialog>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if side == Side::User {
        return if dialog.is_some_and(|dialog| dialog.blocked) {
            Err(Refusal::YouBlockedBot)
        } else {
            Ok(())
        };
    }
    let dialog = dialog.ok_or(Refusal::ChatNotFound)?;
    let bot = world.living_bot(id.bot)?;
    world.living_user(id.user)?;
    let _permit = dialog.may_write(now)?;
    if world.rules.limits {
        dialog.pace.check(limits::PER_CHAT, now)?;
        bot.pace.check(limits::OVERALL, now)?;
    }
    Ok(())
}

impl World {
    /// The ids that the next message of a dialog gets on its two sides.
    pub(crate) fn next_ids(&self, id: DialogId) -> Ids {
        let first = MessageId(1);
        Ids {
            bot: self.bots.get(&id.bot).map_or(first, |bot| bot.next_message()),
            user: self.users.get(&id.user).map_or(first, |user| user.next_message),
        }
    }
}

impl ReplyTo {
    pub(super) fn find(&self, dialog: Option<&Dialog>, side: Side) -> Result<Option<Reply>, Refusal> {
        let Some(id) = self.message else { return Ok(None) };
        let Some(message) = dialog.and_then(|dialog| dialog.message(side, id)) else {
            let missing = Refusal::MessageNotFound(Purpose::Reply);
            return if self.allow_without { Ok(None) } else { Err(missing) };
        };
        if self.quote.text.is_empty() {
            return Ok(Some(Reply { to: message.id, quote: None }));
        }
        let whole = message.text(side).ok_or(Refusal::QuoteInvalid)?;
        let text = self.quote.accept()?;
        let length = crate::text::utf16_len(&text.text);
        let here =
            whole.slice(self.position, length).filter(|part| **part == *text.text).map(|_| self.position);
        let anywhere =
            || whole.text.find(&*text.text).map(|byte| crate::text::utf16_len(&whole.text[..byte]));
        let position = here.or_else(anywhere).ok_or(Refusal::QuoteInvalid)?;
        Ok(Some(Reply { to: message.id, quote: Some(Quote { text, position, manual: true }) }))
    }
}

pub(crate) fn apply_sent(world: &mut World, at: Timestamp, id: DialogId, message: &Message) {
    if let Some(user) = world.users.get_mut(&id.user) {
        user.next_message = MessageId(message.id.user.0.saturating_add(1));
    }
    if let Some(bot) = world.bots.get_mut(&id.bot) {
        bot.correspondents.push(id.user);
        if message.from == Side::Bot {
            bot.pace.count(limits::OVERALL, at);
        }
    }
    let kept = Shared::new(message.clone());
    let dialog = of(world, id);
    dialog.push(kept.clone());
    dialog.shown[message.from as usize] = None;
    match message.from {
        // Who writes has read what was there.
        Side::Bot => {
            dialog.pace.count(limits::PER_CHAT, at);
            dialog.read_by_bot = Some(message.id.bot);
        }
        // Any first message opens the dialog, not only /start.
        Side::User => {
            dialog.contact = crate::dialog::Contact::Started;
            dialog.read_by_user = Some(message.id.user);
        }
    }
    let update = Update::Message { dialog: id, message: kept };
    world.tell_user(at, update.clone());
    // A bot is not told of its own messages, but of pins, whoever made them.
    if message.from == Side::User || matches!(message.content, Content::Pinned(_)) {
        world.tell_bot(at, update);
    } else {
        world.tell_bot_apps(at, update);
    }
}
