use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::markup::{
    ButtonAction, ButtonStyle, InlineButton, KeyboardButton, KeyboardRequest, Markup,
};

/// The first layer in which a keyboard button has a `type` field, instead of a constructor per type.
const TYPED_BUTTONS: u16 = 229;
/// The first layer with buttons that copy a text.
const COPY_BUTTONS: u16 = 198;

/// Returns a keyboard, with inline buttons in both the old and the new form; encoding picks the one of the layer.
pub(crate) fn markup(markup: &Markup, layer: u16) -> enums::ReplyMarkup {
    match markup {
        Markup::Remove { selective } => types::ReplyKeyboardHide { selective: *selective }.into(),
        Markup::ForceReply { placeholder, selective } => types::ReplyKeyboardForceReply {
            single_use: false,
            selective: *selective,
            placeholder: placeholder.clone(),
        }
        .into(),
        Markup::Keyboard(keyboard) => types::ReplyKeyboardMarkup {
            resize: keyboard.resize,
            single_use: keyboard.one_time,
            selective: keyboard.selective,
            persistent: keyboard.persistent,
            rows: rows(&keyboard.rows, |button| keyboard_button(button, layer)),
            placeholder: keyboard.placeholder.clone(),
            ..Default::default()
        }
        .into(),
        Markup::Inline(inline) => types::ReplyInlineMarkup {
            rows: inline
                .iter()
                .map(|row| {
                    let buttons = row.iter().enumerate().map(|(n, button)| new_button(button, n)).collect();
                    types::KeyboardInlineButtonRow { buttons }.into()
                })
                .collect(),
            rows_before: rows(inline, |button| old_button(button, layer)),
            ..Default::default()
        }
        .into(),
    }
}

fn rows<T>(rows: &[Vec<T>], button: impl Fn(&T) -> enums::KeyboardButton) -> Vec<enums::KeyboardButtonRow> {
    let row = |row: &Vec<T>| types::KeyboardButtonRow { buttons: row.iter().map(&button).collect() }.into();
    rows.iter().map(row).collect()
}

fn keyboard_button(button: &KeyboardButton, layer: u16) -> enums::KeyboardButton {
    let (text, style) = (button.text.clone(), style(button.style));
    if layer >= TYPED_BUTTONS {
        let r#type = match &button.request {
            Some(KeyboardRequest::Contact) => types::ButtonTypeRequestPhone {}.into(),
            Some(KeyboardRequest::Location) => types::ButtonTypeRequestGeoLocation {}.into(),
            Some(KeyboardRequest::WebApp(url)) => types::ButtonTypeSimpleWebView { url: url.clone() }.into(),
            Some(KeyboardRequest::Poll(_)) | None => types::ButtonTypeDefault {}.into(),
        };
        return types::KeyboardButton { style, text, r#type }.into();
    }
    match &button.request {
        Some(KeyboardRequest::Contact) => types::KeyboardButtonRequestPhone { style, text }.into(),
        Some(KeyboardRequest::Location) => types::KeyboardButtonRequestGeoLocation { style, text }.into(),
        Some(KeyboardRequest::WebApp(url)) => {
            types::KeyboardButtonSimpleWebView { style, text, url: url.clone() }.into()
        }
        Some(KeyboardRequest::Poll(_)) | None => {
            types::KeyboardButton { style, text, ..Default::default() }.into()
        }
    }
}

fn old_button(button: &InlineButton, layer: u16) -> enums::KeyboardButton {
    let (text, style) = (button.text.clone(), style(button.style));
    match &button.action {
        ButtonAction::Url(url) => types::KeyboardButtonUrl { style, text, url: url.clone() }.into(),
        ButtonAction::Callback(data) => types::KeyboardButtonCallback {
            requires_password: false,
            style,
            text,
            data: Bytes(data.as_bytes().to_vec()),
        }
        .into(),
        ButtonAction::WebApp(url) => types::KeyboardButtonWebView { style, text, url: url.clone() }.into(),
        // Older apps show a button without an action.
        ButtonAction::CopyText(_) if layer < COPY_BUTTONS => {
            types::KeyboardButton { style, text, ..Default::default() }.into()
        }
        ButtonAction::CopyText(copy) => {
            types::KeyboardButtonCopy { style, text, copy_text: copy.clone() }.into()
        }
        ButtonAction::SwitchInline(query) | ButtonAction::SwitchInlineCurrent(query) => {
            let same_peer = matches!(button.action, ButtonAction::SwitchInlineCurrent(_));
            types::KeyboardButtonSwitchInline { same_peer, style, text, query: query.clone() }.into()
        }
        ButtonAction::LoginUrl { url, forward_text, .. } => types::KeyboardButtonUrlAuth {
            style,
            text,
            fwd_text: Some(forward_text.clone()).filter(|text| !text.is_empty()),
            url: url.clone(),
            button_id: 0,
        }
        .into(),
    }
}

fn new_button(button: &InlineButton, number: usize) -> enums::KeyboardInlineButton {
    let r#type = match &button.action {
        ButtonAction::Url(url) => types::InlineButtonTypeUrl { url: url.clone() }.into(),
        ButtonAction::Callback(data) => {
            let data = Bytes(data.as_bytes().to_vec());
            types::InlineButtonTypeCallback { requires_password: false, data }.into()
        }
        ButtonAction::WebApp(url) => types::InlineButtonTypeWebView { url: url.clone() }.into(),
        ButtonAction::CopyText(copy) => types::InlineButtonTypeCopy { copy_text: copy.clone() }.into(),
        ButtonAction::SwitchInline(query) | ButtonAction::SwitchInlineCurrent(query) => {
            let same_peer = matches!(button.action, ButtonAction::SwitchInlineCurrent(_));
            types::InlineButtonTypeSwitchInline { same_peer, query: query.clone() }.into()
        }
        ButtonAction::LoginUrl { url, forward_text, .. } => types::InlineButtonTypeUrlAuth {
            fwd_text: Some(forward_text.clone()).filter(|text| !text.is_empty()),
            url: url.clone(),
            button_id: i32::try_from(number).unwrap_or_default(),
        }
        .into(),
    };
    types::KeyboardInlineButton { style: style(button.style), text: button.text.clone(), r#type }.into()
}

fn style(style: Option<ButtonStyle>) -> Option<enums::KeyboardButtonStyle> {
    let style = style?;
    let colours = types::KeyboardButtonStyle {
        bg_primary: style == ButtonStyle::Primary,
        bg_danger: style == ButtonStyle::Danger,
        bg_success: style == ButtonStyle::Success,
        icon: None,
    };
    Some(colours.into())
}
