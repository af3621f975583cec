use super::code::digits;
use super::{Authorization, Client, KeyId, KeySecret};
use crate::account::{CreateUser, UserProfile};
use crate::updates::Log;
use crate::{AccountId, Command, Event, Refusal, Timestamp, UserId, World};

/// An account proved who it is: from now on its key says so, also after a restart.
pub struct SignIn {
    /// The key.
    pub key: KeyId,
    /// Its bytes.
    pub secret: KeySecret,
    /// Who.
    pub account: AccountId,
    /// By which client.
    pub client: Client,
}

impl Command for SignIn {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        match self.account {
            AccountId::User(user) => world.living_user(user).map(|_| ())?,
            AccountId::Bot(bot) => world.living_bot(bot).map(|_| ())?,
        }
        events.push(Event::SignedIn {
            key: self.key,
            secret: self.secret.clone(),
            account: self.account,
            client: self.client.clone(),
        });
        Ok(())
    }
}

/// A new person registers by phone, and is logged in.
pub struct SignUp {
    /// The number.
    pub phone: String,
    /// 1 to 64 characters.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// How to log in; the account is the new one.
    pub sign_in: (KeyId, KeySecret, Client),
}

impl Command for SignUp {
    type Outcome = UserId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<UserId, Refusal> {
        let profile = UserProfile {
            first_name: self.first_name.as_str().into(),
            last_name: Some(self.last_name.as_str().into()),
            phone: Some(digits(&self.phone)?.into()),
            ..UserProfile::default()
        };
        let user = CreateUser { id: None, profile }.decide(world, now, events)?;
        let (key, secret, client) = self.sign_in.clone();
        events.push(Event::SignedIn { key, secret, account: AccountId::User(user), client });
        Ok(user)
    }
}

/// A client said what it is and which layer it speaks.
pub struct Describe {
    /// Its key.
    pub key: KeyId,
    /// What it said.
    pub client: Client,
}

impl Command for Describe {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if world.keys.get(&self.key).is_some_and(|known| known.client != self.client) {
            events.push(Event::ClientDescribed { key: self.key, client: self.client.clone() });
        }
        Ok(())
    }
}

/// A key logs out: the key itself is forgotten with it.
pub struct SignOut {
    /// Which.
    pub key: KeyId,
}

impl Command for SignOut {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if world.keys.contains_key(&self.key) {
            events.push(Event::SignedOut { key: self.key });
        }
        Ok(())
    }
}

pub(crate) fn apply_signed_in(
    world: &mut World,
    at: Timestamp,
    key: KeyId,
    secret: &KeySecret,
    account: AccountId,
    client: &Client,
) {
    if let AccountId::Bot(bot) = account
        && let Some(bot) = world.bots.get_mut(&bot)
    {
        // Only bots that use MTProto have a log with everything in it.
        bot.log.get_or_insert_with(|| Log::new(1));
    }
    let known = Authorization { secret: secret.clone(), account, client: client.clone(), created: at };
    world.keys.insert(key, known);
}

pub(crate) fn apply_described(world: &mut World, key: KeyId, client: &Client) {
    if let Some(known) = world.keys.get_mut(&key) {
        known.client = client.clone();
    }
}

pub(crate) fn apply_signed_out(world: &mut World, key: KeyId) {
    world.keys.remove(&key);
}
