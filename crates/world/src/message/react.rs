use super::Route;
use crate::dialog::of;
use crate::refusal::Purpose;
use crate::updates::Update;
use crate::{Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};
use serde::{Deserialize, Serialize};

/// A reaction: one of the emoji below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reaction(Box<str>);

impl Reaction {
    /// A known reaction, as the Bot API lists them under `ReactionTypeEmoji`; variation selectors don't matter.
    pub fn parse(emoji: &str) -> Result<Self, Refusal> {
        let bare = |text: &str| text.replace('\u{fe0f}', "");
        let wanted = bare(emoji);
        let known = EMOJI.split(' ').find(|known| bare(known) == wanted);
        known.map(|known| Self(known.into())).ok_or(Refusal::ReactionInvalid)
    }

    /// The emoji.
    pub fn emoji(&self) -> &str {
        &self.0
    }
}

const EMOJI: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 \
                     💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 \
                     😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// A side sets its reactions to a message; an empty list removes them.
pub struct React {
    /// Who, where.
    pub route: Route,
    /// By that side's id.
    pub message: MessageId,
    /// > Bots […] can set up to one reaction per message; so do people without Premium.
    pub reactions: Vec<Reaction>,
}

impl Command for React {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (id, by, dialog) = self.route.resolve(world)?;
        let message = dialog.and_then(|dialog| dialog.message(by, self.message));
        let message = message.ok_or(Refusal::MessageNotFound(Purpose::React))?;
        if self.reactions.len() > 1 {
            return Err(Refusal::ReactionsTooMany);
        }
        match (by, dialog.is_some_and(|dialog| dialog.blocked)) {
            (Side::Bot, true) => return Err(Refusal::BlockedByUser),
            (Side::User, true) => return Err(Refusal::YouBlockedBot),
            _ => {}
        }
        if message.reactions(by) != self.reactions {
            let reactions = self.reactions.clone();
            events.push(Event::ReactionsSet { dialog: id, message: message.id.bot, by, reactions });
        }
        Ok(())
    }
}

pub(crate) fn apply_reactions(
    world: &mut World,
    at: Timestamp,
    id: DialogId,
    message: MessageId,
    by: Side,
    new: &[Reaction],
) {
    let Some(kept) = of(world, id).message_mut(message) else { return };
    let changed = kept.make_mut();
    let old: Box<[Reaction]> =
        std::mem::replace(&mut changed.more_mut().reactions[by as usize], new.to_vec()).into();
    let user_side = changed.id.user;
    let update = |message| Update::Reactions { dialog: id, message, by, old: old.clone(), new: new.into() };
    world.tell_user(at, update(user_side));
    // > The update isn't received for reactions set by bots.
    if by == Side::User {
        world.tell_bot(at, update(message));
    }
}
