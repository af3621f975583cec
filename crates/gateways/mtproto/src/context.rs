use crate::MtProto;
use crate::already_returned::AlreadyReturned;
use crate::executed::Executed;
use crate::inspector;
use crate::keys::{Key, KeyOwner};
use crate::refusal::RpcError;
use crate::view::Viewer;
use parlor_host::{DisplayText, Host};
use parlor_wire_tl::{Tl, Writer};
use parlor_world::{AccountId, Command, Timestamp, World};
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that a request handler needs.
pub(crate) struct Context {
    pub(crate) gateway: MtProto,
    pub(crate) host: Host,
    pub(crate) key: Arc<Key>,
    /// The updates that answers to this session contained.
    pub(crate) already_returned: AlreadyReturned,
    /// Whether updates are pushed to the session already.
    pub(crate) is_subscribed: bool,
    /// The server address that the client connected to.
    pub(crate) address: Option<SocketAddr>,
    /// The client's address; unknown for WebSocket clients.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) data_centre: Option<i16>,
    /// The answer to a bot's request, for the inspector.
    pub(crate) shown: Mutex<Option<DisplayText>>,
}

/// An answer's bytes.
pub(crate) type Answer = Result<Vec<u8>, RpcError>;

impl Context {
    /// Returns the layer of the client.
    pub(crate) fn layer(&self) -> u16 {
        self.key.login().layer()
    }

    /// Returns the account that sent the request.
    pub(crate) fn me(&self) -> Result<AccountId, RpcError> {
        self.owner().map(|owner| owner.account)
    }

    /// Returns the account that sent the request, with its client's layer.
    pub(crate) fn viewer(&self) -> Result<Viewer, RpcError> {
        Ok(Viewer { me: self.me()?, layer: self.layer() })
    }

    /// Returns the bot that sent the request; users are refused.
    pub(crate) fn bot(&self) -> Result<AccountId, RpcError> {
        let owner = self.owner()?;
        if owner.is_bot { Ok(owner.account) } else { Err(RpcError::bad("USER_BOT_REQUIRED")) }
    }

    /// Returns the user who sent the request; bots are refused.
    pub(crate) fn user(&self) -> Result<AccountId, RpcError> {
        let owner = self.owner()?;
        if owner.is_bot { Err(RpcError::bad("BOT_METHOD_INVALID")) } else { Ok(owner.account) }
    }

    fn owner(&self) -> Result<KeyOwner, RpcError> {
        self.key.login().owner(&self.host).ok_or_else(|| RpcError::new(401, "AUTH_KEY_UNREGISTERED"))
    }

    /// Executes a command and returns its outcome, once it is durable.
    ///
    /// # Errors
    /// The MTProto error of the refusal; 500 if the world has stopped.
    pub(crate) async fn execute<C: Command>(&self, command: C) -> Result<C::Outcome, RpcError> {
        Ok(self.host.execute(command).await?)
    }

    /// Like [`Context::execute`]; `view` builds the answer from the world after the command.
    pub(crate) async fn execute_with<C: Command, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome) -> T,
    ) -> Result<T, RpcError> {
        Ok(self.host.execute_with(command, view).await?)
    }

    /// Like [`Context::execute`]; `view` builds the answer from the effects of the command.
    pub(crate) async fn execute_with_effects<C: Command, T>(
        &self,
        command: C,
        view: impl FnOnce(Executed<'_>, C::Outcome) -> T,
    ) -> Result<T, RpcError> {
        let (viewer, already_returned) = (self.viewer()?, &self.already_returned);
        let executed = self.host.execute_with_effects(command, |world, now, outcome, effects| {
            view(Executed { world, now, effects, viewer, already_returned }, outcome)
        });
        Ok(executed.await?)
    }

    /// Reads the world.
    pub(crate) async fn read<T>(&self, view: impl FnOnce(&World, Timestamp) -> T) -> Result<T, RpcError> {
        Ok(self.host.read(view).await?)
    }

    /// Encodes an object in the client's layer.
    pub(crate) fn encode(&self, object: &(impl Tl + Debug + Clone + Send + Sync + 'static)) -> Answer {
        let answer = encode(object, self.layer())?;
        if self.bot().is_ok() {
            let shown = inspector::answer(object, answer.len());
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        }
        Ok(answer)
    }
}

pub(crate) fn encode(object: &impl Tl, layer: u16) -> Answer {
    let mut out = Writer::default();
    object.write(layer, &mut out);
    // This error means that a view does not handle the layer. It is a bug of Parlor, so it must be visible.
    out.finish().map_err(|name| RpcError::new(500, &format!("LAYER_{layer}_LACKS_{}", name.to_uppercase())))
}
