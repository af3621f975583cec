use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::dialog::See;
use parlor_world::{AccountId, DialogId};

/// Who is not known is an empty user in the list, not an error.
pub(super) async fn get_users(context: &Context, wanted: Vec<enums::InputUser>) -> Answer {
    let me = context.me()?;
    meet(context, &wanted).await?;
    let users = context.look(move |world, _| {
        let shown = wanted.iter().map(|user| match (decode::user(world, me, user), user) {
            (Ok(found), _) => view::account(world, me, found),
            (Err(_), enums::InputUser::InputUser(unknown)) => types::UserEmpty { id: unknown.user_id }.into(),
            (Err(_), enums::InputUser::InputUserFromMessage(unknown)) => {
                types::UserEmpty { id: unknown.user_id }.into()
            }
            (Err(_), _) => types::UserEmpty { id: 0 }.into(),
        });
        shown.collect::<Vec<_>>()
    });
    context.encode(&users.await?)
}

/// A bot has seen those whose profile it got by a message that names them.
async fn meet(context: &Context, wanted: &[enums::InputUser]) -> Result<(), RpcError> {
    let from_messages =
        wanted.iter().filter(|user| matches!(user, enums::InputUser::InputUserFromMessage(_)));
    let (me, strangers): (_, Vec<_>) = (context.me()?, from_messages.cloned().collect());
    let AccountId::Bot(bot) = me else { return Ok(()) };
    if strangers.is_empty() {
        return Ok(());
    }
    let found = context.look(move |world, _| {
        strangers.iter().filter_map(|user| decode::user(world, me, user).ok()).collect::<Vec<_>>()
    });
    for account in found.await? {
        if let AccountId::User(user) = account {
            context.tell(See { dialog: DialogId { user, bot } }).await?;
        }
    }
    Ok(())
}

pub(super) async fn get_full_user(context: &Context, wanted: enums::InputUser) -> Answer {
    let me = context.me()?;
    meet(context, std::slice::from_ref(&wanted)).await?;
    let full = context
        .look(move |world, _| decode::user(world, me, &wanted).map(|found| view::full(world, me, found)));
    context.encode(&full.await??)
}

pub(super) async fn get_peer_settings(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let found = context.look(move |world, _| {
        let users = decode::peer(world, me, &peer).map(|found| view::users_of(world, me, [found]))?;
        let settings = types::PeerSettings::default().into();
        Ok::<_, RpcError>(types::MessagesPeerSettings { settings, chats: Vec::new(), users })
    });
    context.encode(&enums::MessagesPeerSettings::from(found.await??))
}

/// There are no groups.
pub(super) fn no_chats(context: &Context) -> Answer {
    context.me()?;
    context.encode(&enums::MessagesChats::from(types::MessagesChats { chats: Vec::new() }))
}
