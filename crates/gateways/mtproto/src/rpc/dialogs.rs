use crate::context::{Answer, Context};
use crate::decode;
use crate::push::log_of;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::MessagesGetDialogs;
use parlor_wire_tl::{enums, types};
use parlor_world::dialog::Dialog;
use parlor_world::updates::Weight;
use parlor_world::{AccountId, DialogId, Side, Timestamp, World};

/// Dialogs of one page.
const MAX_LIMIT: usize = 100;

pub(super) async fn get_dialogs(context: &Context, request: MessagesGetDialogs) -> Answer {
    let user = context.user()?;
    let layer = context.layer();
    let found = context.look(move |world, _| {
        let me = AccountId::User(user);
        let all = world.recent_chats(user);
        // In another folder there are none.
        let all = if request.folder_id.unwrap_or_default() == 0 { all } else { Vec::new() };
        let behind = |(_, dialog): &&(DialogId, &Dialog)| {
            let last = dialog.last_message(Side::User).map_or(0, |message| message.id.user.0);
            request.offset_id == 0 || last < request.offset_id
        };
        let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
        let page: Vec<_> = all.iter().filter(behind).take(limit).copied().collect();
        let (dialogs, messages, users) = parts(world, me, &page, layer);
        let chats = Vec::new();
        if page.len() == all.len() {
            return types::MessagesDialogs { dialogs, messages, chats, users }.into();
        }
        let count = i32::try_from(all.len()).unwrap_or(i32::MAX);
        enums::MessagesDialogs::from(types::MessagesDialogsSlice { count, dialogs, messages, chats, users })
    });
    context.encode(&found.await?)
}

/// Nobody can pin a chat, so none is pinned.
pub(super) async fn get_pinned(context: &Context) -> Answer {
    let me = AccountId::User(context.user()?);
    let state = context.look(move |world, now| state(world, me, now)).await?;
    let none = types::MessagesPeerDialogs { state, ..Default::default() };
    context.encode(&enums::MessagesPeerDialogs::from(none))
}

fn state(world: &World, me: AccountId, now: Timestamp) -> enums::UpdatesState {
    let Weight { pts, qts } = log_of(world, me).map(|log| log.state()).unwrap_or_default();
    types::UpdatesState { pts, qts, date: view::date(now), seq: 1, unread_count: 0 }.into()
}

pub(super) async fn get_peer_dialogs(context: &Context, peers: Vec<enums::InputDialogPeer>) -> Answer {
    let me = AccountId::User(context.user()?);
    let layer = context.layer();
    let found = context.look(move |world, now| {
        let mut page = Vec::new();
        let none = Dialog::default();
        for enums::InputDialogPeer::InputDialogPeer(wanted) in &peers {
            let id = decode::dialog_of(me, decode::peer(world, me, &wanted.peer)?)?;
            page.push((id, world.dialog(id).unwrap_or(&none)));
        }
        let (dialogs, messages, users) = parts(world, me, &page, layer);
        let (state, chats) = (state(world, me, now), Vec::new());
        Ok::<_, RpcError>(types::MessagesPeerDialogs { dialogs, messages, chats, users, state })
    });
    context.encode(&enums::MessagesPeerDialogs::from(found.await??))
}

type Parts = (Vec<enums::Dialog>, Vec<enums::Message>, Vec<enums::User>);

fn parts(world: &World, me: AccountId, page: &[(DialogId, &Dialog)], layer: u16) -> Parts {
    let dialogs = page.iter().map(|(id, dialog)| entry(*id, dialog)).collect();
    let last: Vec<_> =
        page.iter().filter_map(|(id, dialog)| Some((*id, dialog.last_message(Side::User)?))).collect();
    let messages = last.iter().map(|(id, message)| view::message(message, *id, Side::User, layer)).collect();
    (dialogs, messages, view::named_in(world, me, last))
}

fn entry(id: DialogId, dialog: &Dialog) -> enums::Dialog {
    types::Dialog {
        peer: view::peer(AccountId::Bot(id.bot)),
        top_message: dialog.last_message(Side::User).map_or(0, |message| message.id.user.0),
        read_inbox_max_id: dialog.read_up_to(Side::User).map_or(0, |id| id.0),
        read_outbox_max_id: dialog.read_by_other(Side::User).map_or(0, |id| id.0),
        unread_count: i32::try_from(dialog.unread(Side::User)).unwrap_or(i32::MAX),
        notify_settings: types::PeerNotifySettings::default().into(),
        ..Default::default()
    }
    .into()
}
