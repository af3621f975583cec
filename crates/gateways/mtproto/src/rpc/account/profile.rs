use crate::context::{Answer, Context};
use crate::executed::Executed;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::AccountUpdateProfile;
use parlor_world::ops::account::EditUser;
use parlor_world::state::account::ProfilePatch;
use parlor_world::{Command, Refusal};

pub(in crate::rpc) async fn update_profile(context: &Context, request: AccountUpdateProfile) -> Answer {
    let text = |text: Option<String>| text.map(|text| Some(text.into()));
    let patch = ProfilePatch {
        first_name: request.first_name.map(Into::into),
        last_name: text(request.last_name),
        bio: text(request.about),
        ..ProfilePatch::default()
    };
    let command = EditUser { user: context.user()?, patch };
    let edited = context.execute_with_effects(command, |executed, ()| myself(&executed)).await?;
    context.encode(&edited)
}

fn myself(executed: &Executed<'_>) -> enums::User {
    view::account(executed.world, executed.viewer.me, executed.viewer.me)
}

pub(in crate::rpc) async fn update_username(context: &Context, username: String) -> Answer {
    let command = EditUser { user: context.user()?, patch: username_patch(username) };
    let edited = context.execute_with_effects(command, |executed, ()| {
        let is_changed = !executed.effects.changes.is_empty();
        is_changed.then(|| myself(&executed)).ok_or_else(|| RpcError::bad("USERNAME_NOT_MODIFIED"))
    });
    context.encode(&edited.await??)
}

fn username_patch(username: String) -> ProfilePatch {
    ProfilePatch { username: Some(Some(username.into())), ..ProfilePatch::default() }
}

/// Answers whether a username is available.
pub(in crate::rpc) async fn check_username(context: &Context, username: String) -> Answer {
    let user = context.user()?;
    let checked = context.read(|world, now| {
        EditUser { user, patch: username_patch(username) }.decide(world, now, &mut Vec::new())
    });
    match checked.await? {
        Ok(()) => context.encode(&true),
        Err(Refusal::UsernameOccupied) => context.encode(&false),
        Err(refusal) => Err(refusal.into()),
    }
}
