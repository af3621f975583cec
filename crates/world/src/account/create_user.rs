use super::{User, UserProfile, check_names, check_username, normalize};
use crate::ids::MAX_ACCOUNT_ID;
use crate::shared::Shared;
use crate::updates::Log;
use crate::{AccountId, BotId, Command, Event, MessageId, Refusal, Timestamp, UserId, World, bot_father};

/// Ids of people that the caller did not choose start here.
const FIRST_USER: i64 = 1_000_001;

/// A person registers.
pub struct CreateUser {
    /// Chosen by the caller, or made.
    pub id: Option<UserId>,
    /// Empty texts count as absent.
    pub profile: UserProfile,
}

impl Command for CreateUser {
    type Outcome = UserId;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<UserId, Refusal> {
        let mut profile = self.profile.clone();
        normalize(&mut profile);
        check_names(&profile)?;
        if let Some(username) = &profile.username {
            check_username(username, false)?;
            free(world, username, None)?;
        }
        check_phone(world, &mut profile, None)?;
        let user = match self.id {
            Some(id) => UserId(free_id(world, id.0)?),
            None => UserId(next_id(world, FIRST_USER)),
        };
        events.push(Event::UserCreated { user, profile });
        Ok(user)
    }
}

/// People and bots share one space of ids.
pub(super) fn free_id(world: &World, id: i64) -> Result<i64, Refusal> {
    let taken = world.users.contains_key(&UserId(id)) || world.bots.contains_key(&BotId(id));
    let fits = (1..=MAX_ACCOUNT_ID).contains(&id);
    if taken || !fits { Err(Refusal::AccountIdUnavailable) } else { Ok(id) }
}

/// The first free id from `first` on, behind all ids of the same millions.
pub(super) fn next_id(world: &World, first: i64) -> i64 {
    let end = first + 1_000_000_000;
    let last_user = world.users.range(UserId(first)..UserId(end)).next_back().map_or(0, |(id, _)| id.0 + 1);
    // BotFather's id is Telegram's, not one of these.
    let mut bots = world.bots.range(BotId(first)..BotId(end)).filter(|(id, _)| **id != bot_father::ID);
    let last_bot = bots.next_back().map_or(0, |(id, _)| id.0 + 1);
    let next = first.max(last_user).max(last_bot);
    if next == bot_father::ID.0 { next + 1 } else { next }
}

/// Whether nobody but `holder` has that username.
pub(super) fn free(world: &World, username: &str, holder: Option<AccountId>) -> Result<(), Refusal> {
    match world.by_username(username) {
        Some(other) if Some(other) != holder => Err(Refusal::UsernameOccupied),
        _ => Ok(()),
    }
}

/// Leaves only the digits of a phone number, which nobody but `holder` may have.
pub(super) fn check_phone(
    world: &World,
    profile: &mut UserProfile,
    holder: Option<UserId>,
) -> Result<(), Refusal> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let digits = crate::authorization::digits(phone)?;
    if world.phones.get(digits.as_str()).is_some_and(|other| Some(*other) != holder) {
        return Err(Refusal::PhoneNumberOccupied);
    }
    profile.phone = Some(digits.into());
    Ok(())
}

/// Moves a phone number to its new holder; `None` frees the old one only.
pub(super) fn claim_phone(world: &mut World, user: UserId, old: Option<&str>, new: Option<&str>) {
    if let Some(old) = old {
        world.phones.remove(old);
    }
    if let Some(new) = new {
        world.phones.insert(new.into(), user);
    }
}

/// Moves a username to its new holder; `None` frees the old one only.
pub(crate) fn claim(world: &mut World, account: AccountId, old: Option<&str>, new: Option<&str>) {
    if let Some(old) = old {
        world.usernames.remove(old.to_ascii_lowercase().as_str());
    }
    if let Some(new) = new {
        world.usernames.insert(new.to_ascii_lowercase().into(), account);
    }
}

pub(crate) fn apply_user_created(world: &mut World, id: UserId, profile: &UserProfile) {
    claim(world, AccountId::User(id), None, profile.username.as_deref());
    claim_phone(world, id, None, profile.phone.as_deref());
    let user = User {
        id,
        profile: Shared::new(profile.clone()),
        deleted: false,
        log: Log::new(1),
        password: None,
        next_message: MessageId(1),
        dialogs: Vec::new(),
    };
    world.users.insert(id, Box::new(user));
}
