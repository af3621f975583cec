//! Removes the wrappers around a request, which set the layer, the client's description, and the order of requests.

use crate::context::Context;
use crate::refusal::RpcError;
use crate::subscription::Interest;
use parlor_wire_mtproto::{MAX_UNPACKED, unpack};
use parlor_wire_tl::{Function, Reader, Tl, TlError, function_name, unserved_constructor};
use parlor_world::ops::session::SetClientInfo;
use parlor_world::state::session::ClientInfo;

/// The maximum number of wrappers around one request.
const MAX_WRAPPERS: usize = 8;

/// Removes the wrappers of a request, and stores the client's layer and description if they contain them.
pub(super) async fn unwrap(
    context: &Context,
    mut body: Vec<u8>,
    interest: &mut Interest,
) -> Result<Function, Unreadable> {
    let (mut layer, mut client) = (None, None);
    // Clients may compress the request inside the wrappers too; all together must not exceed the limit.
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
            // Requests are started in the order of arrival, so these wrappers need no handling.
            Function::InvokeAfterMsg(wrapper) => wrapper.query.0,
            Function::InvokeAfterMsgs(wrapper) => wrapper.query.0,
            function => {
                *interest = match without_updates {
                    true => Interest::None,
                    false => interest_of(&function),
                };
                if layer.is_some() || client.is_some() {
                    store_client(context, layer, client).await?;
                }
                return Ok(function);
            }
        };
    }
    Err(RpcError::bad("INPUT_METHOD_INVALID").into())
}

/// Stores a client's description of itself, in the world too if it is logged in.
async fn store_client(
    context: &Context,
    layer: Option<u16>,
    info: Option<ClientInfo>,
) -> Result<(), RpcError> {
    let key = context.key.login();
    let Some(client) = key.update_client(layer, info) else { return Ok(()) };
    match key.owner(&context.host) {
        Some(_) => context.execute(SetClientInfo { key: key.id(), client }).await,
        None => Ok(()),
    }
}

/// Returns what a request shows about the session's interest in pushed updates. A client that only sets up its connection
/// may use it for files.
fn interest_of(function: &Function) -> Interest {
    match function {
        Function::HelpGetConfig(_)
        | Function::HelpGetNearestDc(_)
        | Function::HelpGetAppConfig(_)
        | Function::AuthBindTempAuthKey(_) => Interest::SetUp,
        _ => Interest::Asked,
    }
}

/// Cuts a client's name, which is shown in lists of sessions.
fn short(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Returns the error for a request that can't be decoded, with the function's name if the schema has it. The connection
/// stays open.
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

/// A request that can't be decoded.
pub(super) struct Unreadable {
    /// The function's name, if its id is in the schema.
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
