use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::ops::chat::RecordContact;

/// Unknown users are empty users in the list, not an error.
pub(super) async fn get_users(context: &Context, wanted: Vec<enums::InputUser>) -> Answer {
    let me = context.me()?;
    meet_from_messages(context, &wanted).await?;
    let users = context.read(|world, _| {
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

/// Makes users known to the bot that asks for their profiles by a message that names them.
async fn meet_from_messages(context: &Context, wanted: &[enums::InputUser]) -> Result<(), RpcError> {
    let from_messages =
        wanted.iter().filter(|user| matches!(user, enums::InputUser::InputUserFromMessage(_)));
    let named: Vec<_> = from_messages.collect();
    let Ok(bot) = context.bot() else { return Ok(()) };
    if named.is_empty() {
        return Ok(());
    }
    let found = context.read(|world, _| {
        named.iter().filter_map(|user| decode::user(world, bot, user).ok()).collect::<Vec<_>>()
    });
    for user in found.await? {
        meet(context, bot, user).await?;
    }
    Ok(())
}

/// Makes a user known to a bot; other accounts need no introduction.
pub(super) async fn meet(context: &Context, bot: AccountId, user: AccountId) -> Result<(), RpcError> {
    let is_user = context.read(|world, _| world.active_user(user).is_ok()).await?;
    if is_user { context.execute(RecordContact { bot, user }).await } else { Ok(()) }
}

pub(super) async fn get_full_user(context: &Context, wanted: enums::InputUser) -> Answer {
    let me = context.me()?;
    meet_from_messages(context, std::slice::from_ref(&wanted)).await?;
    let full =
        context.read(|world, _| decode::user(world, me, &wanted).map(|found| view::full(world, me, found)));
    context.encode(&full.await??)
}
