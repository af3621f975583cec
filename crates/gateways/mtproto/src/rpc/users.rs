use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::ops::chat::RecordContact;

/// Returns users. Unknown ones are returned as empty users, not as an error.
pub(super) async fn get_users(context: &Context, wanted: Vec<enums::InputUser>) -> Answer {
    let me = context.me()?;
    record_contacts(context, &wanted).await?;
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

/// Makes users known to a bot that requests their profiles through a message that mentions them.
async fn record_contacts(context: &Context, wanted: &[enums::InputUser]) -> Result<(), RpcError> {
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
        record_contact(context, bot, user).await?;
    }
    Ok(())
}

/// Makes a user known to a bot. Does nothing for other accounts, which every bot knows.
pub(super) async fn record_contact(
    context: &Context,
    bot: AccountId,
    user: AccountId,
) -> Result<(), RpcError> {
    let is_user = context.read(|world, _| world.active_user(user).is_ok()).await?;
    if is_user { context.execute(RecordContact { bot, user }).await } else { Ok(()) }
}

pub(super) async fn get_full_user(context: &Context, wanted: enums::InputUser) -> Answer {
    let me = context.me()?;
    record_contacts(context, std::slice::from_ref(&wanted)).await?;
    let full = context
        .read(|world, now| Ok::<_, RpcError>(view::full(world, me, decode::user(world, me, &wanted)?, now)));
    context.encode(&full.await??)
}
