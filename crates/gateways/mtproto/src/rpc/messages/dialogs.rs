use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::rpc::updates::state_of;
use crate::view::{self, Viewer};
use parlor_wire_tl::functions::MessagesGetDialogs;
use parlor_wire_tl::{enums, types};
use parlor_world::{AccountId, ChatId, DialogView, MessageId, World};

/// The maximum number of dialogs on one page.
const MAX_LIMIT: usize = 100;

pub(in crate::rpc) async fn get_dialogs(context: &Context, request: MessagesGetDialogs) -> Answer {
    let (me, viewer) = (context.user()?, context.viewer()?);
    let found = context.read(|world, _| {
        // All chats are in folder 0.
        let all =
            if request.folder_id.unwrap_or_default() == 0 { world.recent_chats(me) } else { Vec::new() };
        let is_next =
            |dialog: &&DialogView<'_>| request.offset_id == 0 || top_message(dialog) < request.offset_id;
        let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
        let page = all.iter().filter(is_next).take(limit);
        let page: Vec<_> = page.map(|dialog| (dialog.other(), Some(*dialog))).collect();
        let Parts { dialogs, messages, users } = parts(world, viewer, &page);
        let chats = Vec::new();
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
            let other = decode::peer(world, me, &wanted.peer)?;
            Ok((other, world.dialog(me, ChatId::private(me, other))))
        });
        let page = chats.collect::<Result<Vec<_>, RpcError>>()?;
        let Parts { dialogs, messages, users } = parts(world, viewer, &page);
        let (state, chats) = (state_of(world, me, now), Vec::new());
        Ok::<_, RpcError>(types::MessagesPeerDialogs { dialogs, messages, chats, users, state })
    });
    context.encode(&enums::MessagesPeerDialogs::from(found.await??))
}

pub(in crate::rpc) async fn get_peer_settings(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let found = context.read(|world, _| {
        let users = decode::peer(world, me, &peer).map(|found| view::users_of(world, me, [found]))?;
        let settings = types::PeerSettings::default().into();
        Ok::<_, RpcError>(types::MessagesPeerSettings { settings, chats: Vec::new(), users })
    });
    context.encode(&enums::MessagesPeerSettings::from(found.await??))
}

struct Parts {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    users: Vec<enums::User>,
}

/// Returns the chats with these accounts, their last messages, and all users whom they mention. A chat without any message
/// has no dialog.
fn parts(world: &World, viewer: Viewer, page: &[(AccountId, Option<DialogView<'_>>)]) -> Parts {
    let last: Vec<_> = page.iter().filter_map(|(_, dialog)| dialog.as_ref()?.last_message()).collect();
    let named = last.iter().flat_map(|message| view::accounts_of(message));
    let named = named.chain(page.iter().map(|(other, _)| *other));
    Parts {
        dialogs: page.iter().map(|(other, dialog)| entry(*other, dialog.as_ref())).collect(),
        messages: last.iter().map(|message| view::message(message, viewer)).collect(),
        // Only users request dialogs, and every user knows all accounts, so no user is `min`.
        users: view::users_of(world, viewer.me, named),
    }
}

fn top_message(dialog: &DialogView<'_>) -> i32 {
    dialog.last_message().map_or(0, |message| message.id_for(dialog.viewer).0)
}

fn entry(other: AccountId, dialog: Option<&DialogView<'_>>) -> enums::Dialog {
    let id = |id: Option<MessageId>| id.map_or(0, |id| id.0);
    let unread = dialog.map_or(0, |dialog| dialog.unread());
    types::Dialog {
        peer: view::peer(other),
        top_message: dialog.map_or(0, top_message),
        read_inbox_max_id: id(dialog.and_then(|dialog| dialog.dialog.read_up_to)),
        read_outbox_max_id: id(dialog.and_then(|dialog| dialog.read_by_other())),
        unread_count: i32::try_from(unread).unwrap_or(i32::MAX),
        notify_settings: types::PeerNotifySettings::default().into(),
        ..Default::default()
    }
    .into()
}
