use crate::event::{Event, SessionEvent};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::ops::account::CreateUser;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::UserProfile;
use crate::state::message_box::Log;
use crate::state::session::{ClientInfo, KeyId, KeySecret, Session, digits};

/// An account proved who it is: from now on its key is enough, also after a restart.
pub struct SignIn {
    /// The key.
    pub key: KeyId,
    /// Its bytes.
    pub secret: KeySecret,
    /// Who.
    pub account: AccountId,
    /// By which client.
    pub client: ClientInfo,
}

impl Command for SignIn {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.active_account(self.account)?;
        let (key, account, client) = (self.key, self.account, self.client.clone());
        let secret = self.secret.clone();
        events.push(SessionEvent::SignedIn { key, secret, account, client }.into());
        Ok(())
    }
}

/// A new user registers by phone, and is logged in.
pub struct SignUp {
    /// The number.
    pub phone: String,
    /// 1 to 64 characters.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// How to log in; the account is the new one.
    pub sign_in: (KeyId, KeySecret, ClientInfo),
}

impl Command for SignUp {
    type Outcome = AccountId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<AccountId, Refusal> {
        let profile = UserProfile {
            first_name: self.first_name.as_str().into(),
            last_name: Some(self.last_name.as_str().into()),
            phone: Some(digits(&self.phone)?.into()),
            ..UserProfile::default()
        };
        let user = CreateUser { id: None, profile }.decide(world, now, events)?;
        let (key, secret, client) = self.sign_in.clone();
        events.push(SessionEvent::SignedIn { key, secret, account: user, client }.into());
        Ok(user)
    }
}

/// A client said what it is and which layer it speaks.
pub struct SetClientInfo {
    /// Its key.
    pub key: KeyId,
    /// What it said.
    pub client: ClientInfo,
}

impl Command for SetClientInfo {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if world.session(self.key).is_some_and(|known| known.client != self.client) {
            let (key, client) = (self.key, self.client.clone());
            events.push(SessionEvent::ClientInfoSet { key, client }.into());
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
        if world.session(self.key).is_some() {
            events.push(SessionEvent::SignedOut { key: self.key }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(
    world: &mut World,
    at: Timestamp,
    key: KeyId,
    secret: &KeySecret,
    account: AccountId,
    client: &ClientInfo,
) {
    // Of bots, only those that use MTProto have a log.
    world.open_box(account.into()).log.get_or_insert_with(Log::default);
    let session = Session { secret: secret.clone(), account, client: client.clone(), created: at };
    world.sessions.insert(key, session);
}
