use crate::context::{Answer, Context};
use crate::decode;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::Target;
use parlor_world::ops::chat::SetBlocked;

pub(in crate::rpc) async fn set_blocked(
    context: &Context,
    peer: enums::InputPeer,
    is_blocked: bool,
) -> Answer {
    let user = context.user()?;
    let target = context.read(|world, _| decode::account_of_peer(world, user, &peer)).await??;
    context.execute(SetBlocked { user, target: Target::from(target), is_blocked }).await?;
    context.encode(&true)
}

pub(in crate::rpc) async fn get_blocked(context: &Context) -> Answer {
    let me = context.user()?;
    let list = context.read(|world, now| {
        let blocked = world.dialogs(me).filter(|dialog| dialog.dialog.is_blocked);
        let blocked: Vec<_> = blocked.filter_map(|dialog| dialog.other()).collect();
        // When each was blocked is not kept.
        let date = view::date(now);
        let each =
            blocked.iter().map(|other| types::PeerBlocked { peer_id: view::peer(*other), date }.into());
        let (blocked, users) = (each.collect(), view::users_of(world, me, blocked.iter().copied()));
        types::ContactsBlocked { blocked, chats: Vec::new(), users }
    });
    context.encode(&enums::ContactsBlocked::from(list.await?))
}
