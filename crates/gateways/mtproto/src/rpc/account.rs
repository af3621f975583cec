use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::AccountUpdateProfile;
use parlor_wire_tl::{enums, types};
use parlor_world::account::{EditUser, ProfilePatch};
use parlor_world::authorization::SignOut;
use parlor_world::{AccountId, Refusal};

/// > hash: 0 for the current session
pub(super) async fn list(context: &Context) -> Answer {
    let me = AccountId::User(context.user()?);
    let current = context.key.login().id();
    let view = move |world: &parlor_world::World, now| -> Vec<enums::Authorization> {
        let each = world.authorizations(me).map(|(key, known)| types::Authorization {
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
    let authorizations = context.look(view).await?;
    let list = types::AccountAuthorizations { authorization_ttl_days: 180, authorizations };
    context.encode(&enums::AccountAuthorizations::from(list))
}

pub(super) async fn reset(context: &Context, hash: i64) -> Answer {
    let me = AccountId::User(context.user()?);
    let key = parlor_world::authorization::KeyId(hash);
    let theirs =
        context.look(move |world, _| world.authorization(key).is_some_and(|known| known.account == me));
    if !theirs.await? || key == context.key.login().id() {
        return Err(RpcError::bad("HASH_INVALID"));
    }
    end(context, hash).await?;
    context.encode(&true)
}

/// All sessions but this one.
pub(super) async fn reset_others(context: &Context) -> Answer {
    let me = AccountId::User(context.user()?);
    let current = context.key.login().id();
    let others = context.look(move |world, _| {
        world.authorizations(me).map(|(key, _)| key).filter(|key| *key != current).collect::<Vec<_>>()
    });
    for key in others.await? {
        end(context, key.0).await?;
    }
    context.encode(&true)
}

async fn end(context: &Context, key: i64) -> Result<(), RpcError> {
    if let Some(key) = context.gateway.0.keys.find(&context.host, key).await {
        key.sign_out();
    }
    context.tell(SignOut { key: parlor_world::authorization::KeyId(key) }).await
}

pub(super) async fn update_profile(context: &Context, request: AccountUpdateProfile) -> Answer {
    let text = |text: Option<String>| text.map(|text| Some(text.into()));
    let patch = ProfilePatch {
        first_name: request.first_name.map(Into::into),
        last_name: text(request.last_name),
        bio: text(request.about),
        ..ProfilePatch::default()
    };
    edit(context, patch).await
}

pub(super) async fn update_username(context: &Context, username: String) -> Answer {
    edit(context, username_patch(username)).await
}

fn username_patch(username: String) -> ProfilePatch {
    ProfilePatch { username: Some(Some(username.into())), ..ProfilePatch::default() }
}

async fn edit(context: &Context, patch: ProfilePatch) -> Answer {
    let user = context.user()?;
    let me = AccountId::User(user);
    let edited =
        context.ask(EditUser { user, patch }, move |world, _, ()| view::account(world, me, me)).await?;
    context.encode(&edited)
}

/// True when it could be had.
pub(super) async fn check_username(context: &Context, username: String) -> Answer {
    let user = context.user()?;
    let checked = context.look(move |world, now| {
        let edit = EditUser { user, patch: username_patch(username) };
        parlor_world::Command::decide(&edit, world, now, &mut Vec::new())
    });
    match checked.await? {
        Ok(()) => context.encode(&true),
        Err(Refusal::UsernameOccupied) => context.encode(&false),
        Err(refusal) => Err(refusal.into()),
    }
}
