//! What only one account may have: ids, usernames, phone numbers.

use crate::ids::{AccountId, BoxId, MAX_ACCOUNT_ID};
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::{BOT_FATHER, UserProfile, check_username};
use crate::state::session::digits;

/// An id that the caller chose, if it can be had.
pub(super) fn check_id(world: &World, id: AccountId) -> Result<AccountId, Refusal> {
    let is_free = world.account(id).is_none() && (1..=MAX_ACCOUNT_ID).contains(&id.0);
    if is_free { Ok(id) } else { Err(Refusal::AccountIdUnavailable) }
}

/// The id after the last one of the same thousand million from `first` on, or `first`.
pub(super) fn next_id(world: &World, first: AccountId) -> AccountId {
    let range = first..AccountId(first.0 + 1_000_000_000);
    let user = world.users.range(range.clone()).next_back().map(|(id, _)| *id);
    // BotFather's id is Telegram's, not one of these.
    let bot = world.bots.range(range).rev().map(|(id, _)| *id).find(|id| *id != BOT_FATHER);
    let last = user.max(bot);
    let next = last.map_or(first, |last| AccountId(last.0 + 1));
    if next == BOT_FATHER { AccountId(next.0 + 1) } else { next }
}

/// Checks and normalizes the profile of a user, whose username and phone number no account but `holder` may have.
pub(super) fn accept_profile(
    world: &World,
    mut profile: UserProfile,
    holder: Option<AccountId>,
) -> Result<UserProfile, Refusal> {
    profile.normalize();
    profile.check_names()?;
    if let Some(username) = &profile.username {
        check_username(username, false)?;
        ensure_username_available(world, username, holder)?;
    }
    normalize_phone(world, &mut profile, holder)?;
    Ok(profile)
}

/// Fails if an account or channel other than `holder` has that username.
pub(crate) fn ensure_username_available(
    world: &World,
    username: &str,
    holder: Option<impl Into<BoxId>>,
) -> Result<(), Refusal> {
    match world.username_holder(username) {
        Some(other) if Some(other) != holder.map(Into::into) => Err(Refusal::UsernameOccupied),
        _ => Ok(()),
    }
}

/// Leaves only the digits of a phone number, which no account but `holder` may have.
fn normalize_phone(
    world: &World,
    profile: &mut UserProfile,
    holder: Option<AccountId>,
) -> Result<(), Refusal> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let digits = digits(phone)?;
    if world.phones.get(digits.as_str()).is_some_and(|other| Some(*other) != holder) {
        return Err(Refusal::PhoneNumberOccupied);
    }
    profile.phone = Some(digits.into());
    Ok(())
}

/// Moves a username to its new holder, an account or a channel; `None` only frees the old one.
pub(crate) fn assign_username(
    world: &mut World,
    holder: impl Into<BoxId>,
    old: Option<&str>,
    new: Option<&str>,
) {
    if let Some(old) = old {
        world.usernames.remove(old.to_ascii_lowercase().as_str());
    }
    if let Some(new) = new {
        world.usernames.insert(new.to_ascii_lowercase().into(), holder.into());
    }
}

/// Moves a phone number to its new holder; `None` only frees the old one.
pub(super) fn assign_phone(world: &mut World, user: AccountId, old: Option<&str>, new: Option<&str>) {
    if let Some(old) = old {
        world.phones.remove(old);
    }
    if let Some(new) = new {
        world.phones.insert(new.into(), user);
    }
}
