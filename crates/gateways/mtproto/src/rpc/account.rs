use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::AccountUpdateProfile;
use parlor_wire_tl::{enums, types};
use parlor_world::account::{EditUser, UserProfile};
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
    edit(context, move |profile| {
        let set = |field: &mut Option<Box<str>>, new: Option<String>| {
            if let Some(new) = new {
                *field = Some(new.into());
            }
        };
        if let Some(first_name) = request.first_name {
            profile.first_name = first_name.into();
        }
        set(&mut profile.last_name, request.last_name);
        set(&mut profile.bio, request.about);
    })
    .await
}

pub(super) async fn update_username(context: &Context, username: String) -> Answer {
    edit(context, move |profile| profile.username = Some(username.into())).await
}

async fn edit(context: &Context, change: impl FnOnce(&mut UserProfile)) -> Answer {
    let user = context.user()?;
    let old = context.look(move |world, _| world.living_user(user).map(|user| (*user.profile).clone()));
    let mut profile = old.await??;
    change(&mut profile);
    let me = AccountId::User(user);
    let edited =
        context.ask(EditUser { user, profile }, move |world, _, ()| view::account(world, me, me)).await?;
    context.encode(&edited)
}

/// True when it could be had.
pub(super) async fn check_username(context: &Context, username: String) -> Answer {
    let user = context.user()?;
    let checked = context.look(move |world, now| {
        let mut profile = (*world.living_user(user)?.profile).clone();
        profile.username = Some(username.into());
        let mut events = Vec::new();
        parlor_world::Command::decide(&EditUser { user, profile }, world, now, &mut events)
    });
    match checked.await? {
        Ok(()) => context.encode(&true),
        Err(Refusal::UsernameOccupied) => context.encode(&false),
        Err(refusal) => Err(refusal.into()),
    }
}
