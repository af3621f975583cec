use crate::context::{Answer, Context};
use crate::decode;
use crate::view;
use parlor_wire_tl::{enums, types};

/// Who is not known is an empty user in the list, not an error.
pub(super) async fn get_users(context: &Context, wanted: Vec<enums::InputUser>) -> Answer {
    let me = context.me()?;
    let users = context.look(move |world, _| {
        let shown = wanted.iter().map(|user| match (decode::user(world, me, user), user) {
            (Ok(found), _) => view::account(world, me, found),
            (Err(_), enums::InputUser::InputUser(unknown)) => types::UserEmpty { id: unknown.user_id }.into(),
            (Err(_), _) => types::UserEmpty { id: 0 }.into(),
        });
        shown.collect::<Vec<_>>()
    });
    context.encode(&users.await?)
}

pub(super) async fn get_full_user(context: &Context, wanted: enums::InputUser) -> Answer {
    let me = context.me()?;
    let full = context
        .look(move |world, _| decode::user(world, me, &wanted).map(|found| view::full(world, me, found)));
    context.encode(&full.await??)
}

pub(super) async fn get_peer_settings(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let found = context.look(move |world, _| {
        let users = decode::peer(world, me, &peer).map(|found| view::users_of(world, me, [found]))?;
        let settings = types::PeerSettings::default().into();
        Ok::<_, crate::refusal::RpcError>(types::MessagesPeerSettings { settings, chats: Vec::new(), users })
    });
    context.encode(&enums::MessagesPeerSettings::from(found.await??))
}

/// There are no groups.
pub(super) fn no_chats(context: &Context) -> Answer {
    context.me()?;
    context.encode(&enums::MessagesChats::from(types::MessagesChats { chats: Vec::new() }))
}
