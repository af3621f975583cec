use super::edit_user;
use super::names::assign_username;
use crate::event::{AccountEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::ops::session::end_sessions;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::UserProfile;

/// A user deletes the account.
pub struct DeleteUser {
    /// Who.
    pub user: AccountId,
}

impl Command for DeleteUser {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.active_user(self.user)?;
        events.push(AccountEvent::UserDeleted { user: self.user }.into());
        Ok(())
    }
}

/// /deletebot
pub struct DeleteBot {
    /// Which bot.
    pub bot: AccountId,
}

impl Command for DeleteBot {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.editable_bot(self.bot)?;
        events.push(AccountEvent::BotDeleted { bot: self.bot }.into());
        Ok(())
    }
}

pub(super) fn apply_user(world: &mut World, at: Timestamp, id: AccountId) {
    edit_user::apply(world, at, id, &UserProfile::default());
    if let Some(user) = world.user_mut(id) {
        user.is_deleted = true;
    }
    end_sessions(world, id);
}

pub(super) fn apply_bot(world: &mut World, id: AccountId) {
    let Some(bot) = world.bot_mut(id) else { return };
    bot.is_deleted = true;
    bot.secret = None;
    let username = bot.username.clone();
    assign_username(world, id, Some(&username), None);
    if let Some(queue) = world.queues.get_mut(&id) {
        queue.webhook = None;
        queue.clear();
    }
    end_sessions(world, id);
}
