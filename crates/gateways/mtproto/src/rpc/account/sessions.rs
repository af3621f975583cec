use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::World;
use parlor_world::ops::session::SignOut;
use parlor_world::state::session::KeyId;

/// Returns the sessions of the account.
///
/// > hash: 0 for the current session
pub(in crate::rpc) async fn get_sessions(context: &Context) -> Answer {
    let me = context.user()?;
    let current = context.key.login().id();
    let view = |world: &World, now| -> Vec<enums::Authorization> {
        let each = world.sessions(me).map(|(key, known)| types::Authorization {
            current: key == current,
            official_app: false,
            hash: if key == current { 0 } else { key.0 },
            device_model: known.client.device.clone(),
            platform: known.client.system.clone(),
            system_version: known.client.system.clone(),
            api_id: known.client.api_id,
            app_name: "Parlor".to_owned(),
            app_version: known.client.version.clone(),
            date_created: view::date(known.created),
            date_active: view::date(now),
            ip: "127.0.0.1".to_owned(),
            country: "DE".to_owned(),
            ..Default::default()
        });
        each.map(Into::into).collect()
    };
    let authorizations = context.read(view).await?;
    let list = types::AccountAuthorizations { authorization_ttl_days: 180, authorizations };
    context.encode(&enums::AccountAuthorizations::from(list))
}

pub(in crate::rpc) async fn end_session(context: &Context, hash: i64) -> Answer {
    let me = context.user()?;
    let key = KeyId(hash);
    let theirs = context.read(|world, _| world.session(key).is_some_and(|known| known.account == me));
    if !theirs.await? || key == context.key.login().id() {
        return Err(RpcError::bad("HASH_INVALID"));
    }
    end(context, KeyId(hash)).await?;
    context.encode(&true)
}

/// Ends all sessions except the current one.
pub(in crate::rpc) async fn end_other_sessions(context: &Context) -> Answer {
    let me = context.user()?;
    let current = context.key.login().id();
    let others = context.read(|world, _| {
        world.sessions(me).map(|(key, _)| key).filter(|key| *key != current).collect::<Vec<_>>()
    });
    for key in others.await? {
        end(context, key).await?;
    }
    context.encode(&true)
}

async fn end(context: &Context, key: KeyId) -> Result<(), RpcError> {
    if let Some(known) = context.gateway.0.keys.find(&context.host, key.0).await {
        known.sign_out();
    }
    context.execute(SignOut { key }).await
}
