//! The wrappers around a request: the layer, the client, the order.

use crate::context::Context;
use crate::refusal::RpcError;
use crate::subscription::Interest;
use parlor_wire_mtproto::{MAX_UNPACKED, unpack};
use parlor_wire_tl::{Function, Reader, Tl, TlError, function_name, unserved_constructor};
use parlor_world::ops::session::SetClientInfo;
use parlor_world::state::session::ClientInfo;

/// Wrappers that one request may have.
const MAX_WRAPPERS: usize = 8;

/// Takes the wrappers off, and keeps what they say of the client: in most requests they say nothing.
pub(super) async fn unwrap(
    context: &Context,
    mut body: Vec<u8>,
    interest: &mut Interest,
) -> Result<Function, Unreadable> {
    let (mut layer, mut client) = (None, None);
    // Clients pack the request inside of the wrappers too.
    let mut room = MAX_UNPACKED.saturating_sub(body.len());
    let mut without_updates = false;
    for _ in 0..MAX_WRAPPERS {
        body = unpack(body, &mut room).map_err(|_| RpcError::bad("INPUT_FETCH_ERROR"))?;
        let function = Function::read(&mut Reader::new(&body)).map_err(|error| unreadable(&error, &body))?;
        body = match function {
            Function::InvokeWithLayer(wrapper) => {
                let known = u16::try_from(wrapper.layer);
                layer = Some(known.map_err(|_| RpcError::bad("CONNECTION_LAYER_INVALID"))?);
                wrapper.query.0
            }
            Function::InitConnection(wrapper) => {
                client = Some(ClientInfo {
                    layer: 0,
                    api_id: wrapper.api_id,
                    device: short(&wrapper.device_model),
                    system: short(&wrapper.system_version),
                    version: short(&wrapper.app_version),
                });
                wrapper.query.0
            }
            Function::InvokeWithoutUpdates(wrapper) => {
                without_updates = true;
                wrapper.query.0
            }
            // Requests are begun in the order in which they came.
            Function::InvokeAfterMsg(wrapper) => wrapper.query.0,
            Function::InvokeAfterMsgs(wrapper) => wrapper.query.0,
            function => {
                *interest = match without_updates {
                    true => Interest::None,
                    false => interest_of(&function),
                };
                if layer.is_some() || client.is_some() {
                    remember(context, layer, client).await?;
                }
                return Ok(function);
            }
        };
    }
    Err(RpcError::bad("INPUT_METHOD_INVALID").into())
}

/// Keeps what a client tells of itself, in the world too if it is logged in.
async fn remember(context: &Context, layer: Option<u16>, told: Option<ClientInfo>) -> Result<(), RpcError> {
    let key = context.key.login();
    let Some(client) = key.update_client(layer, told) else { return Ok(()) };
    match key.owner(&context.host) {
        Some(_) => context.execute(SetClientInfo { key: key.id(), client }).await,
        None => Ok(()),
    }
}

/// How a request affects pushed updates. A client that only sets its connection up may want it for files.
fn interest_of(function: &Function) -> Interest {
    match function {
        Function::HelpGetConfig(_)
        | Function::HelpGetNearestDc(_)
        | Function::HelpGetAppConfig(_)
        | Function::AuthBindTempAuthKey(_) => Interest::SetUp,
        _ => Interest::Asked,
    }
}

/// Cuts what a client calls itself: it is shown in lists of sessions.
fn short(text: &str) -> String {
    text.chars().take(64).collect()
}

/// A request that cannot be read: the function's name if there is such a function, and the error. The connection lives on.
fn unreadable(error: &TlError, body: &[u8]) -> Unreadable {
    let id = body.first_chunk::<4>().map(|id| u32::from_le_bytes(*id)).unwrap_or_default();
    let Some(name) = function_name(id) else {
        return RpcError::bad(&format!("INPUT_METHOD_INVALID_{id:08X}")).into();
    };
    let error = match error {
        TlError::Unknown { at: 0, .. } => RpcError::not_served(name),
        TlError::Unserved(field) => RpcError::not_served(&format!("{field} of {name}")),
        TlError::Unknown { id, .. } => match unserved_constructor(*id) {
            Some(constructor) => RpcError::not_served(&format!("{constructor} of {name}")),
            None => RpcError::bad(&format!("INPUT_CONSTRUCTOR_INVALID_{id:08X}")),
        },
        _ => RpcError::bad("INPUT_FETCH_ERROR"),
    };
    Unreadable { name: Some(name), body: body.to_vec(), error }
}

/// Why there is no function to call.
pub(super) struct Unreadable {
    /// The function's, if its id is known.
    pub(super) name: Option<&'static str>,
    /// The request without its wrappers.
    pub(super) body: Vec<u8>,
    pub(super) error: RpcError,
}

impl From<RpcError> for Unreadable {
    fn from(error: RpcError) -> Self {
        Self { name: None, body: Vec::new(), error }
    }
}
