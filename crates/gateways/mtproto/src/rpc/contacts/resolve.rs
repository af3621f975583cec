use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::rpc::users::record_contact;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::{AccountId, World};

/// The minimum length of a query; shorter ones are refused with `QUERY_TOO_SHORT`.
const SHORTEST_QUERY: usize = 3;

pub(in crate::rpc) async fn resolve_username(context: &Context, username: String) -> Answer {
    let me = context.me()?;
    let bare = username.trim_start_matches('@');
    let letters = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !letters || !(3..=32).contains(&bare.len()) {
        return Err(RpcError::bad("USERNAME_INVALID"));
    }
    let chat = context.read(|world, now| {
        let chat = world.chat_by_username(bare)?;
        let (peer, chats) = (view::chat_peer(chat, me), vec![view::chat(world, me, chat, now)]);
        Some(types::ContactsResolvedPeer { peer, chats, users: Vec::new() })
    });
    if let Some(resolved) = chat.await? {
        return context.encode(&enums::ContactsResolvedPeer::from(resolved));
    }
    let found = context.read(|world, _| world.by_username(bare)).await?;
    let found = found.ok_or_else(|| RpcError::bad("USERNAME_NOT_OCCUPIED"))?;
    // Resolving a username makes the user known to the bot.
    if context.bot().is_ok() {
        record_contact(context, me, found).await?;
    }
    let resolved = context.read(|world, _| resolved(world, me, found)).await?;
    context.encode(&resolved)
}

/// Finds a user by phone number. By default, every user may do so (core.telegram.org/api/privacy).
pub(in crate::rpc) async fn resolve_phone(context: &Context, phone: String) -> Answer {
    let me = context.user()?;
    let found = context.read(|world, _| {
        let user = world.by_phone(&phone).ok_or_else(|| RpcError::bad("PHONE_NOT_OCCUPIED"))?;
        Ok::<_, RpcError>(resolved(world, me, user))
    });
    context.encode(&found.await??)
}

fn resolved(world: &World, me: AccountId, found: AccountId) -> enums::ContactsResolvedPeer {
    let (peer, users) = (view::peer(found), view::users_of(world, me, [found]));
    types::ContactsResolvedPeer { peer, chats: Vec::new(), users }.into()
}

pub(in crate::rpc) async fn search(context: &Context, query: String) -> Answer {
    let me = context.user()?;
    if query.trim().chars().count() < SHORTEST_QUERY {
        return Err(RpcError::bad("QUERY_TOO_SHORT"));
    }
    let found = context.read(|world, _| {
        let bots: Vec<_> = world.search_bots(&query).iter().map(|bot| bot.id).collect();
        types::ContactsFound {
            my_results: Vec::new(),
            results: bots.iter().map(|bot| view::peer(*bot)).collect(),
            chats: Vec::new(),
            users: view::users_of(world, me, bots),
        }
    });
    context.encode(&enums::ContactsFound::from(found.await?))
}
