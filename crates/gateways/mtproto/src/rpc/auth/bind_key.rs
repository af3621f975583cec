use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_mtproto::Envelope;
use parlor_wire_tl::functions::AuthBindTempAuthKey;
use parlor_wire_tl::{Reader, Tl, enums};

/// Binds a temporary key to a permanent one.
///
/// > encrypted_message is encrypted with the permanent key; its msg_id must be the one of the query.
///
/// The msg_id is not compared: encrypting the message proves possession of the permanent key, and the request itself is
/// encrypted with the temporary one.
pub(in crate::rpc) async fn bind_temporary(context: &Context, request: &AuthBindTempAuthKey) -> Answer {
    let invalid = || RpcError::bad("ENCRYPTED_MESSAGE_INVALID");
    let permanent = context.gateway.0.keys.find(&context.host, request.perm_auth_key_id).await;
    let permanent = permanent.ok_or_else(invalid)?;
    let (_, inner) =
        Envelope::open_binding(&request.encrypted_message.0, &permanent.auth).map_err(|_| invalid())?;
    let inner = enums::BindAuthKeyInner::read(&mut Reader::new(&inner)).map_err(|_| invalid())?;
    let enums::BindAuthKeyInner::BindAuthKeyInner(inner) = inner;
    let is_valid = inner.nonce == request.nonce
        && inner.temp_auth_key_id == context.key.auth.id()
        && inner.perm_auth_key_id == request.perm_auth_key_id
        && inner.expires_at == request.expires_at;
    if !is_valid {
        return Err(invalid());
    }
    context.key.bind(permanent);
    context.encode(&true)
}
