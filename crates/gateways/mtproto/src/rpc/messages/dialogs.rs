use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::rpc::updates::state_of;
use crate::view::{self, Named, Viewer};
use parlor_wire_tl::functions::MessagesGetDialogs;
use parlor_wire_tl::{enums, types};
use parlor_world::{ChatId, DialogView, Timestamp, World};

/// The maximum number of dialogs on one page.
const MAX_LIMIT: usize = 100;

pub(in crate::rpc) async fn get_dialogs(context: &Context, request: MessagesGetDialogs) -> Answer {
    let (me, viewer) = (context.user()?, context.viewer()?);
    let found = context.read(|world, now| {
        // No chat is in another folder.
        let all =
            if request.folder_id.unwrap_or_default() == 0 { world.recent_chats(me) } else { Vec::new() };
        let is_next =
            |dialog: &&DialogView<'_>| request.offset_id == 0 || top_message(dialog) < request.offset_id;
        let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
        let page = all.iter().filter(is_next).take(limit);
        let page: Vec<_> = page.map(|dialog| (dialog.chat, Some(*dialog))).collect();
        let Parts { dialogs, messages, chats, users } = parts(world, viewer, &page, now);
        if page.len() == all.len() {
            return types::MessagesDialogs { dialogs, messages, chats, users }.into();
        }
        let count = i32::try_from(all.len()).unwrap_or(i32::MAX);
        enums::MessagesDialogs::from(types::MessagesDialogsSlice { count, dialogs, messages, chats, users })
    });
    context.encode(&found.await?)
}

/// Answers with an empty list: chats can't be pinned to the top of the chat list.
pub(in crate::rpc) async fn get_pinned_dialogs(context: &Context) -> Answer {
    let me = context.user()?;
    let state = context.read(|world, now| state_of(world, me, now)).await?;
    let none = types::MessagesPeerDialogs { state, ..Default::default() };
    context.encode(&enums::MessagesPeerDialogs::from(none))
}

pub(in crate::rpc) async fn get_peer_dialogs(
    context: &Context,
    peers: Vec<enums::InputDialogPeer>,
) -> Answer {
    let (me, viewer) = (context.user()?, context.viewer()?);
    let found = context.read(|world, now| {
        let chats = peers.iter().map(|enums::InputDialogPeer::InputDialogPeer(wanted)| {
            let chat = decode::peer(world, me, &wanted.peer)?;
            Ok((chat, world.dialog(me, chat)))
        });
        let page = chats.collect::<Result<Vec<_>, RpcError>>()?;
        let Parts { dialogs, messages, chats, users } = parts(world, viewer, &page, now);
        let state = state_of(world, me, now);
        Ok::<_, RpcError>(types::MessagesPeerDialogs { dialogs, messages, chats, users, state })
    });
    context.encode(&enums::MessagesPeerDialogs::from(found.await??))
}

pub(in crate::rpc) async fn get_peer_settings(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let found = context.read(|world, now| {
        let mut named = Named::default();
        let chat = decode::peer(world, me, &peer)?;
        named.add_peer(chat, me);
        let (users, chats) = (named.users(world, me), named.shown_chats(world, me, now));
        let settings = view::peer_settings(world, me, chat, now);
        Ok::<_, RpcError>(types::MessagesPeerSettings { settings, chats, users })
    });
    context.encode(&enums::MessagesPeerSettings::from(found.await??))
}

struct Parts {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    chats: Vec<enums::Chat>,
    users: Vec<enums::User>,
}

/// These chats, their last messages, and everybody whom they name. A chat in which nothing has happened has no dialog.
fn parts(world: &World, viewer: Viewer, page: &[(ChatId, Option<DialogView<'_>>)], now: Timestamp) -> Parts {
    let last: Vec<_> = page.iter().filter_map(|(_, dialog)| dialog.as_ref()?.last_message()).collect();
    let mut named: Named = last.iter().copied().collect();
    for (chat, _) in page {
        named.add_peer(*chat, viewer.me);
    }
    let shown = page.iter();
    Parts {
        dialogs: shown.map(|(chat, dialog)| view::dialog(world, viewer.me, *chat, dialog.as_ref())).collect(),
        messages: last.iter().map(|message| view::message(world, message, viewer)).collect(),
        chats: named.shown_chats(world, viewer.me, now),
        users: named.users(world, viewer.me),
    }
}

fn top_message(dialog: &DialogView<'_>) -> i32 {
    dialog.last_message().map_or(0, |message| message.id_for(dialog.viewer).0)
}
