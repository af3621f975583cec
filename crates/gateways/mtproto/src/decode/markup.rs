use crate::refusal::RpcError;
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::markup::{
    ButtonAction, ButtonStyle, InlineButton, Keyboard, KeyboardButton, KeyboardRequest, MAX_BUTTONS, Markup,
};

/// Decodes a keyboard. Layers have different forms of buttons; all of them are accepted.
pub(crate) fn markup(markup: &enums::ReplyMarkup) -> Result<Markup, RpcError> {
    // The world checks the limit too; here it prevents copying a million buttons first.
    if buttons(markup) > MAX_BUTTONS {
        return Err(RpcError::bad("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(match markup {
        enums::ReplyMarkup::ReplyKeyboardHide(hide) => Markup::Remove { selective: hide.selective },
        enums::ReplyMarkup::ReplyKeyboardForceReply(force) => {
            Markup::ForceReply { placeholder: given(force.placeholder.as_ref()), selective: force.selective }
        }
        enums::ReplyMarkup::ReplyKeyboardMarkup(keyboard) => {
            let rows = keyboard.rows.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| {
                row.buttons.iter().map(keyboard_button).collect::<Result<Vec<_>, _>>()
            });
            Markup::Keyboard(Keyboard {
                rows: rows.collect::<Result<_, _>>()?,
                persistent: keyboard.persistent,
                resize: keyboard.resize,
                one_time: keyboard.single_use,
                placeholder: given(keyboard.placeholder.as_ref()),
                selective: keyboard.selective,
            })
        }
        enums::ReplyMarkup::ReplyInlineMarkup(inline) => {
            let old = inline.rows_before.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| {
                row.buttons.iter().map(old_button).collect::<Result<Vec<_>, _>>()
            });
            let new =
                inline.rows.iter().map(|enums::KeyboardInlineButtonRow::KeyboardInlineButtonRow(row)| {
                    row.buttons.iter().map(new_button).collect::<Result<Vec<_>, _>>()
                });
            Markup::Inline(old.chain(new).collect::<Result<_, _>>()?)
        }
    })
}

/// Counts the buttons of a keyboard, in all forms.
fn buttons(markup: &enums::ReplyMarkup) -> usize {
    let old = |rows: &[enums::KeyboardButtonRow]| -> usize {
        rows.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| row.buttons.len()).sum()
    };
    match markup {
        enums::ReplyMarkup::ReplyKeyboardHide(_) | enums::ReplyMarkup::ReplyKeyboardForceReply(_) => 0,
        enums::ReplyMarkup::ReplyKeyboardMarkup(keyboard) => old(&keyboard.rows),
        enums::ReplyMarkup::ReplyInlineMarkup(inline) => {
            let new = inline.rows.iter();
            let new =
                new.map(|enums::KeyboardInlineButtonRow::KeyboardInlineButtonRow(row)| row.buttons.len());
            old(&inline.rows_before) + new.sum::<usize>()
        }
    }
}

fn keyboard_button(button: &enums::KeyboardButton) -> Result<KeyboardButton, RpcError> {
    use enums::{ButtonType as T, KeyboardButton as B};
    let (text, look, request) = match button {
        B::KeyboardButton(button) => {
            let request = match &button.r#type {
                T::ButtonTypeDefault(_) => None,
                T::ButtonTypeRequestPhone(_) => Some(KeyboardRequest::Contact),
                T::ButtonTypeRequestGeoLocation(_) => Some(KeyboardRequest::Location),
                T::ButtonTypeSimpleWebView(view) => Some(KeyboardRequest::WebApp(view.url.clone())),
            };
            (&button.text, &button.style, request)
        }
        B::KeyboardButtonRequestPhone(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::Contact))
        }
        B::KeyboardButtonRequestGeoLocation(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::Location))
        }
        B::KeyboardButtonSimpleWebView(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::WebApp(button.url.clone())))
        }
        _ => return Err(RpcError::bad("BUTTON_TYPE_INVALID")),
    };
    Ok(KeyboardButton { text: text.clone(), style: style(look.as_ref()), request })
}

fn old_button(button: &enums::KeyboardButton) -> Result<InlineButton, RpcError> {
    use enums::KeyboardButton as B;
    let (text, look, action) = match button {
        B::KeyboardButtonUrl(b) => (&b.text, &b.style, ButtonAction::Url(b.url.clone())),
        B::KeyboardButtonCallback(b) => (&b.text, &b.style, ButtonAction::Callback(data(&b.data)?)),
        B::KeyboardButtonWebView(b) => (&b.text, &b.style, ButtonAction::WebApp(b.url.clone())),
        B::KeyboardButtonCopy(b) => (&b.text, &b.style, ButtonAction::CopyText(b.copy_text.clone())),
        B::KeyboardButtonSwitchInline(b) => (&b.text, &b.style, switch(b.same_peer, &b.query)),
        B::InputKeyboardButtonUrlAuth(b) => {
            (&b.text, &b.style, login(&b.url, b.fwd_text.as_ref(), b.request_write_access))
        }
        B::KeyboardButtonUrlAuth(b) => (&b.text, &b.style, login(&b.url, b.fwd_text.as_ref(), false)),
        _ => return Err(RpcError::bad("BUTTON_TYPE_INVALID")),
    };
    Ok(InlineButton { text: text.clone(), style: style(look.as_ref()), action })
}

fn new_button(button: &enums::KeyboardInlineButton) -> Result<InlineButton, RpcError> {
    use enums::InlineButtonType as T;
    let enums::KeyboardInlineButton::KeyboardInlineButton(button) = button;
    let action = match &button.r#type {
        T::InlineButtonTypeUrl(b) => ButtonAction::Url(b.url.clone()),
        T::InlineButtonTypeCallback(b) => ButtonAction::Callback(data(&b.data)?),
        T::InlineButtonTypeWebView(b) => ButtonAction::WebApp(b.url.clone()),
        T::InlineButtonTypeCopy(b) => ButtonAction::CopyText(b.copy_text.clone()),
        T::InlineButtonTypeSwitchInline(b) => switch(b.same_peer, &b.query),
        T::InputInlineButtonTypeUrlAuth(b) => login(&b.url, b.fwd_text.as_ref(), b.request_write_access),
        T::InlineButtonTypeUrlAuth(b) => login(&b.url, b.fwd_text.as_ref(), false),
    };
    Ok(InlineButton { text: button.text.clone(), style: style(button.style.as_ref()), action })
}

fn switch(same_peer: bool, query: &str) -> ButtonAction {
    match same_peer {
        true => ButtonAction::SwitchInlineCurrent(query.to_owned()),
        false => ButtonAction::SwitchInline(query.to_owned()),
    }
}

fn login(url: &str, forward_text: Option<&String>, request_write_access: bool) -> ButtonAction {
    ButtonAction::LoginUrl {
        url: url.to_owned(),
        forward_text: forward_text.cloned().unwrap_or_default(),
        bot_username: String::new(),
        request_write_access,
    }
}

/// Decodes callback data. Only UTF-8 is accepted, because the Bot API can't express other bytes.
fn data(data: &Bytes) -> Result<String, RpcError> {
    String::from_utf8(data.0.clone()).map_err(|_| RpcError::bad("BUTTON_DATA_INVALID"))
}

/// An empty placeholder counts as absent.
fn given(text: Option<&String>) -> Option<String> {
    text.cloned().filter(|text| !text.is_empty())
}

fn style(style: Option<&enums::KeyboardButtonStyle>) -> Option<ButtonStyle> {
    let enums::KeyboardButtonStyle::KeyboardButtonStyle(style) = style?;
    let types::KeyboardButtonStyle { bg_primary, bg_danger, bg_success, .. } = style;
    let colours = [
        (bg_primary, ButtonStyle::Primary),
        (bg_danger, ButtonStyle::Danger),
        (bg_success, ButtonStyle::Success),
    ];
    colours.into_iter().find(|(is_set, _)| **is_set).map(|(_, colour)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view;
    use parlor_wire_tl::LAYER;

    fn inline(action: ButtonAction, style: Option<ButtonStyle>) -> Markup {
        Markup::Inline(vec![vec![InlineButton { text: "button".to_owned(), style, action }]])
    }

    fn keyboard(request: Option<KeyboardRequest>) -> Markup {
        let button = KeyboardButton { text: "button".to_owned(), style: Some(ButtonStyle::Success), request };
        let rows = vec![vec![button]];
        let placeholder = Some("Write".to_owned());
        Markup::Keyboard(Keyboard {
            rows,
            persistent: true,
            resize: true,
            placeholder,
            ..Keyboard::default()
        })
    }

    /// Removes one form of inline buttons. Views contain both forms; which one a client decodes depends on its layer.
    fn in_one_form(shown: enums::ReplyMarkup, is_new: bool) -> enums::ReplyMarkup {
        let enums::ReplyMarkup::ReplyInlineMarkup(mut inline) = shown else { return shown };
        if is_new {
            inline.rows_before.clear()
        } else {
            inline.rows.clear()
        }
        inline.into()
    }

    #[test]
    fn keyboards_are_shown_as_they_were_sent() {
        let url = || "https://a.example".to_owned();
        let login = ButtonAction::LoginUrl {
            url: url(),
            forward_text: "Log in".to_owned(),
            bot_username: String::new(),
            request_write_access: false,
        };
        for sent in [
            Markup::Remove { selective: true },
            Markup::ForceReply { placeholder: None, selective: false },
            Markup::ForceReply { placeholder: Some("Answer".to_owned()), selective: true },
            keyboard(None),
            keyboard(Some(KeyboardRequest::Contact)),
            keyboard(Some(KeyboardRequest::Location)),
            keyboard(Some(KeyboardRequest::WebApp(url()))),
            inline(ButtonAction::Url(url()), Some(ButtonStyle::Danger)),
            inline(ButtonAction::Callback("data".to_owned()), Some(ButtonStyle::Primary)),
            inline(ButtonAction::WebApp(url()), None),
            inline(ButtonAction::CopyText("text".to_owned()), None),
            inline(ButtonAction::SwitchInline("query".to_owned()), None),
            inline(ButtonAction::SwitchInlineCurrent("query".to_owned()), None),
            inline(login, None),
        ] {
            for (layer, is_new) in [(LAYER, true), (LAYER, false), (198, false)] {
                let shown = in_one_form(view::markup(&sent, layer), is_new);
                assert_eq!(markup(&shown).unwrap(), sent, "layer {layer}");
            }
        }
    }

    #[test]
    fn too_many_buttons_are_refused_before_they_are_copied() {
        let button = || types::KeyboardButton { text: "button".to_owned(), ..Default::default() }.into();
        let row = |length| types::KeyboardButtonRow {
            buttons: std::iter::repeat_with(button).take(length).collect(),
        };
        for (buttons, is_right) in [(MAX_BUTTONS, true), (MAX_BUTTONS + 1, false)] {
            let keyboard =
                types::ReplyKeyboardMarkup { rows: vec![row(buttons).into()], ..Default::default() };
            let read = markup(&keyboard.into());
            assert_eq!(
                read.map(|_| ()).map_err(|error| error.message),
                if is_right { Ok(()) } else { Err("REPLY_MARKUP_TOO_LONG".to_owned()) }
            );
        }
    }

    #[test]
    fn callback_data_is_text() {
        let data = Bytes(vec![0xff]);
        let button = types::KeyboardButtonCallback { text: "button".to_owned(), data, ..Default::default() };
        let rows_before = vec![types::KeyboardButtonRow { buttons: vec![button.into()] }.into()];
        let inline = types::ReplyInlineMarkup { rows_before, ..Default::default() };
        assert_eq!(markup(&inline.into()).unwrap_err().message, "BUTTON_DATA_INVALID");
    }
}
