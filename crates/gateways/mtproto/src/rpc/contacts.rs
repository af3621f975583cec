use super::bot_of;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::dialog::{Block, See};
use parlor_world::{AccountId, DialogId};

pub(super) async fn resolve_username(context: &Context, username: String) -> Answer {
    let me = context.me()?;
    let bare = username.trim_start_matches('@').to_owned();
    let letters = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !letters || !(3..=32).contains(&bare.len()) {
        return Err(RpcError::bad("USERNAME_INVALID"));
    }
    let found = context.look(move |world, _| world.by_username(&bare)).await?;
    let found = found.ok_or(RpcError::bad("USERNAME_NOT_OCCUPIED"))?;
    // A bot has seen whom it resolved.
    if let (AccountId::Bot(bot), AccountId::User(user)) = (me, found) {
        context.tell(See { dialog: DialogId { user, bot } }).await?;
    }
    let users = context.look(move |world, _| view::users_of(world, me, [found])).await?;
    let resolved = types::ContactsResolvedPeer { peer: view::peer(found), chats: Vec::new(), users };
    context.encode(&enums::ContactsResolvedPeer::from(resolved))
}

pub(super) async fn search(context: &Context, query: String) -> Answer {
    let me = AccountId::User(context.user()?);
    if query.trim().chars().count() < 3 {
        return Err(RpcError::bad("QUERY_TOO_SHORT"));
    }
    let found = context.look(move |world, _| {
        let bots: Vec<_> = world.search_bots(&query).iter().map(|bot| AccountId::Bot(bot.id)).collect();
        types::ContactsFound {
            my_results: Vec::new(),
            results: bots.iter().map(|bot| view::peer(*bot)).collect(),
            chats: Vec::new(),
            users: view::users_of(world, me, bots),
        }
    });
    context.encode(&enums::ContactsFound::from(found.await?))
}

pub(super) async fn block(context: &Context, peer: enums::InputPeer, blocked: bool) -> Answer {
    let user = context.user()?;
    let me = AccountId::User(user);
    let target = context.look(move |world, _| decode::peer(world, me, &peer)).await??;
    context.tell(Block { dialog: DialogId { user, bot: bot_of(target)? }, blocked }).await?;
    context.encode(&true)
}

pub(super) async fn get_blocked(context: &Context) -> Answer {
    let user = context.user()?;
    let me = AccountId::User(user);
    let list = context.look(move |world, now| {
        let bots = world.bots().map(|bot| bot.id);
        let blocked =
            bots.filter(|bot| world.dialog(DialogId { user, bot: *bot }).is_some_and(|d| d.blocked));
        let blocked: Vec<_> = blocked.map(AccountId::Bot).collect();
        let each =
            blocked.iter().map(|bot| types::PeerBlocked { peer_id: view::peer(*bot), date: view::date(now) });
        types::ContactsBlocked {
            blocked: each.map(Into::into).collect(),
            chats: Vec::new(),
            users: view::users_of(world, me, blocked.iter().copied()),
        }
    });
    context.encode(&enums::ContactsBlocked::from(list.await?))
}

pub(super) fn get_contacts(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsContacts::from(types::ContactsContacts::default()))
}
