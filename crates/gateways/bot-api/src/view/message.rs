use super::{Scene, chat, text, user};
use parlor_wire_bot_api::objects::{
    CopyTextButton, InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions,
    LoginUrl, MaybeInaccessibleMessage, Message, MessageOrigin, MessageOriginUser, TextQuote, WebAppInfo,
    WriteAccessAllowed,
};
use parlor_world::dialog::WriteAccess;
use parlor_world::markup::{ButtonAction, InlineButton, Markup};
use parlor_world::message::{self as world, Content, LinkPreview, Origin, Quote};
use parlor_world::{MessageId, Side};

/// A message as the bot sees it; what it replies to goes one level deep.
pub(crate) fn message(scene: &Scene<'_>, own: &world::Message, with_reply: bool) -> Message {
    let shown = own.text(Side::Bot);
    let preview = shown.as_ref().and_then(|text| LinkPreview::resolve(own.link_preview(), text));
    let reply = own.reply().filter(|_| with_reply);
    let replied = reply.and_then(|reply| find(scene, reply.to.bot));
    let pinned = match own.content {
        Content::Pinned(ids) => Some(maybe_inaccessible(scene, find(scene, ids.bot), ids.bot)),
        _ => None,
    };
    Message {
        message_id: i64::from(own.id.bot.0),
        from: Some(user::account(scene, own.sender(scene.dialog))),
        date: own.date,
        chat: chat::chat(scene),
        forward_origin: own.origin().map(|origin| forward_origin(scene, origin)),
        reply_to_message: replied.map(|replied| Box::new(message(scene, replied, false))),
        quote: reply.and_then(|reply| reply.quote.as_ref()).map(|quote| text_quote(scene, quote)),
        edit_date: own.edit_date,
        has_protected_content: own.is_protected(),
        entities: shown.as_ref().and_then(|shown| text::entities(scene.world, shown)),
        text: shown.map(|shown| shown.text.into()),
        link_preview_options: preview.as_ref().map(link_preview),
        pinned_message: pinned,
        connected_website: match &own.content {
            Content::WriteAllowed(WriteAccess::Website { domain }) => Some(domain.clone()),
            _ => None,
        },
        write_access_allowed: match &own.content {
            Content::WriteAllowed(access) => write_access(access),
            _ => None,
        },
        reply_markup: own.markup().and_then(Markup::inline).map(inline_keyboard),
    }
}

/// None for a login, which has a field of its own.
fn write_access(access: &WriteAccess) -> Option<WriteAccessAllowed> {
    let allowed = WriteAccessAllowed::default();
    Some(match access {
        WriteAccess::Website { .. } => return None,
        WriteAccess::WebApp { name } => {
            WriteAccessAllowed { web_app_name: Some(name.clone()).filter(|name| !name.is_empty()), ..allowed }
        }
        WriteAccess::AttachmentMenu => WriteAccessAllowed { from_attachment_menu: Some(true), ..allowed },
        WriteAccess::Request => WriteAccessAllowed { from_request: Some(true), ..allowed },
    })
}

fn find<'w>(scene: &Scene<'w>, id: MessageId) -> Option<&'w world::Message> {
    scene.world.dialog(scene.dialog)?.message(Side::Bot, id)
}

/// A message that may be gone: then only its place is known.
pub(crate) fn maybe_inaccessible(
    scene: &Scene<'_>,
    own: Option<&world::Message>,
    id: MessageId,
) -> MaybeInaccessibleMessage {
    match own {
        Some(own) => MaybeInaccessibleMessage::Message(Box::new(message(scene, own, true))),
        None => {
            let gone = InaccessibleMessage { chat: chat::chat(scene), message_id: i64::from(id.0), date: 0 };
            MaybeInaccessibleMessage::InaccessibleMessage(Box::new(gone))
        }
    }
}

fn forward_origin(scene: &Scene<'_>, origin: Origin) -> MessageOrigin {
    let sender_user = user::account(scene, origin.sender);
    MessageOrigin::User(Box::new(MessageOriginUser {
        kind: "user".to_owned(),
        date: origin.date,
        sender_user,
    }))
}

fn text_quote(scene: &Scene<'_>, quote: &Quote) -> TextQuote {
    TextQuote {
        text: quote.text.text.to_string(),
        entities: text::entities(scene.world, &quote.text),
        position: i64::from(quote.position),
        is_manual: quote.manual,
    }
}

fn link_preview(options: &LinkPreview) -> LinkPreviewOptions {
    let yes = |flag: bool| flag.then_some(true);
    LinkPreviewOptions {
        is_disabled: yes(options.disabled),
        url: Some(options.url.clone()).filter(|url| !url.is_empty()),
        prefer_small_media: yes(options.small),
        prefer_large_media: yes(options.large),
        show_above_text: yes(options.above),
    }
}

fn inline_keyboard(rows: &[Vec<InlineButton>]) -> InlineKeyboardMarkup {
    let rows = rows.iter().map(|row| row.iter().map(inline_button).collect());
    InlineKeyboardMarkup { inline_keyboard: rows.collect() }
}

fn inline_button(own: &InlineButton) -> InlineKeyboardButton {
    let mut button = InlineKeyboardButton {
        text: own.text.clone(),
        style: Some(own.style.clone()).filter(|style| !style.is_empty()),
        ..InlineKeyboardButton::default()
    };
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match &own.action {
        ButtonAction::Url(url) => button.url = Some(url.clone()),
        ButtonAction::Callback(data) => button.callback_data = Some(data.clone()),
        ButtonAction::WebApp(url) => button.web_app = Some(WebAppInfo { url: url.clone() }),
        ButtonAction::LoginUrl { url, forward_text, bot_username, request_write_access } => {
            button.login_url = Some(LoginUrl {
                url: url.clone(),
                forward_text: given(forward_text),
                bot_username: given(bot_username),
                request_write_access: request_write_access.then_some(true),
            });
        }
        ButtonAction::SwitchInline(query) => button.switch_inline_query = Some(query.clone()),
        ButtonAction::SwitchInlineCurrent(query) => {
            button.switch_inline_query_current_chat = Some(query.clone())
        }
        ButtonAction::CopyText(text) => button.copy_text = Some(CopyTextButton { text: text.clone() }),
    }
    button
}
