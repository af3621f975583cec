use super::change::{announced, ensure_room, member_changed};
use super::join::ensure_addable;
use crate::content::{Content, GroupChange, StartPress};
use crate::event::Event;
use crate::ids::{AccountId, Timestamp};
use crate::link::{START, StartPayload};
use crate::ops::actor::Place;
use crate::ops::message::Draft;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, MemberStatus, Permissions};
use crate::state::message::MessageExtras;
use crate::text::Text;

/// A user adds a bot to a group by its `?startgroup=` link, if it is not in it, and starts it there: the group gets
/// `/start@bot PAYLOAD`.
///
/// MTProto's `messages.startBot` in a group. To make the bot an administrator, promote it first ([`super::PromoteMember`]).
pub struct StartBotInGroup {
    /// The user.
    pub user: AccountId,
    /// The bot.
    pub bot: AccountId,
    /// The group.
    pub target: Target,
    /// The payload as the link had it.
    pub payload: Option<String>,
    /// As [`crate::ops::message::SendOptions::random_id`].
    pub random_id: Option<i64>,
}

impl Command for StartBotInGroup {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let operation = GroupOperation::Invite;
        let place = self.target.place(world, Actor::from(self.user), now)?;
        let group = place.group(operation)?;
        world.active_user(self.user)?;
        let bot = world.active_bot(self.bot)?;
        let payload = match self.payload.as_deref() {
            None | Some("") => None,
            Some(text) => Some(StartPayload::parse(text)?),
        };
        if group.is_channel() {
            return Err(Refusal::WrongChatKind(operation));
        }
        place.ensure_member()?;
        let added = self.add(&place, events)?;
        let shown = Text::plain(&format!("{START}@{}", bot.username)).normalize()?;
        let content = match payload {
            Some(payload) => Content::Start(StartPress { shown, payload: payload.as_str().into() }),
            None => Content::text(shown),
        };
        let extras = MessageExtras {
            meant_for: Some(self.bot),
            random_id: self.random_id,
            ..MessageExtras::default()
        };
        let mut readers = world.numbering_accounts(place.chat, now);
        readers.push(self.bot);
        let draft = Draft::for_readers(world, place.chat, self.user, now, readers);
        let mut draft = match &added {
            Some(added) => draft.after(added),
            None => draft,
        };
        draft.add(content, extras, events);
        Ok(())
    }
}

impl StartBotInGroup {
    /// Adds the bot, if it is not in the group; returns the draft of the service message that says so.
    fn add<'w>(&self, place: &Place<'w>, events: &mut Vec<Event>) -> Result<Option<Draft<'w>>, Refusal> {
        if place.world.status(place.chat, self.bot, place.now).is_present() {
            return Ok(None);
        }
        place.has_or_may(AdminRights::INVITE_USERS, Permissions::INVITE_USERS, GroupOperation::Invite)?;
        ensure_addable(place, self.bot)?;
        ensure_room(place, &[self.bot])?;
        events.push(member_changed(place, self.bot, MemberStatus::Member));
        let change = GroupChange::MembersAdded([self.bot].into());
        Ok(announced(place, self.user, change, &[self.bot], events))
    }
}
