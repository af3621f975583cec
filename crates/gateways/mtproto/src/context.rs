use crate::MtProto;
use crate::keys::Key;
use crate::notes;
use crate::refusal::RpcError;
use parlor_host::{Failure, Host, Shown};
use parlor_wire_tl::{Tl, Writer};
use parlor_world::{AccountId, BotId, Command, Timestamp, UserId, World};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// Entries that answers may be ahead of the pushes.
const MAX_OWN: usize = 1024;

/// Numbers of log entries that a session was told of by an answer, so that they need not be pushed too.
#[derive(Clone, Default)]
pub(crate) struct Own(Arc<Mutex<BTreeSet<i64>>>);

impl Own {
    pub(crate) fn insert(&self, number: i64) {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.insert(number);
        // What was pushed already is never taken out.
        while numbers.len() > MAX_OWN {
            numbers.pop_first();
        }
    }

    pub(crate) fn take(&self, number: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&number)
    }
}

/// What a request is answered with the help of.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) gateway: MtProto,
    pub(crate) host: Host,
    pub(crate) key: Arc<Key>,
    pub(crate) own: Own,
    /// The session is told of updates already.
    pub(crate) is_fed: bool,
    pub(crate) address: Option<SocketAddr>,
    /// Where the client is.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) data_centre: Option<i16>,
    /// What a bot was answered, for the inspector's eyes.
    pub(crate) shown: Arc<Mutex<Option<Shown>>>,
}

/// An answer's bytes.
pub(crate) type Answer = Result<Vec<u8>, RpcError>;

impl Context {
    /// The layer of the client.
    pub(crate) fn layer(&self) -> u16 {
        self.key.login().layer()
    }

    /// Who asks.
    pub(crate) fn me(&self) -> Result<AccountId, RpcError> {
        self.key.login().account(&self.host).ok_or(RpcError::new(401, "AUTH_KEY_UNREGISTERED"))
    }

    /// The bot that asks; people are told that it is not for them.
    pub(crate) fn bot(&self) -> Result<BotId, RpcError> {
        match self.me()? {
            AccountId::Bot(bot) => Ok(bot),
            AccountId::User(_) => Err(RpcError::new(400, "USER_BOT_REQUIRED")),
        }
    }

    /// The person who asks; bots are told that it is not for them.
    pub(crate) fn user(&self) -> Result<UserId, RpcError> {
        match self.me()? {
            AccountId::User(user) => Ok(user),
            AccountId::Bot(_) => Err(RpcError::new(400, "BOT_METHOD_INVALID")),
        }
    }

    /// Has a command decided, and its outcome looked at.
    pub(crate) async fn ask<C, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome) -> T + Send + 'static,
    ) -> Result<T, RpcError>
    where
        C: Command + Send + 'static,
        C::Outcome: Send,
        T: Send + 'static,
    {
        self.host.ask(command, view).await.map_err(failed)
    }

    pub(crate) async fn tell<C>(&self, command: C) -> Result<C::Outcome, RpcError>
    where
        C: Command + Send + 'static,
        C::Outcome: Send + 'static,
    {
        self.ask(command, |_, _, outcome| outcome).await
    }

    pub(crate) async fn look<T: Send + 'static>(
        &self,
        view: impl FnOnce(&World, Timestamp) -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        self.host.look(view).await.map_err(failed)
    }

    /// An object in the client's layer.
    pub(crate) fn encode(&self, object: &(impl Tl + Debug + Clone + Send + Sync + 'static)) -> Answer {
        let answer = encode(object, self.layer())?;
        if self.bot().is_ok() {
            let shown = notes::answer(object, answer.len());
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        }
        Ok(answer)
    }
}

pub(crate) fn encode(object: &impl Tl, layer: u16) -> Answer {
    let mut out = Writer::default();
    object.write(layer, &mut out);
    // Only a view that forgot a layer could cause it: it must be seen.
    out.finish().map_err(|name| RpcError::new(500, &format!("LAYER_{layer}_LACKS_{}", name.to_uppercase())))
}

fn failed(failure: Failure) -> RpcError {
    match failure {
        Failure::Refused(refusal) => RpcError::from(refusal),
        Failure::Stopped => RpcError::new(500, "WORLD_STOPPED"),
    }
}
