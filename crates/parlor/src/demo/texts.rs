//! The demo bot's texts in English and Russian.

pub(super) struct Texts {
    pub(super) greeting: fn(&str) -> String,
    pub(super) payload: fn(&str) -> String,
    pub(super) echo: fn(&str, &str) -> String,
    pub(super) presses: fn(u32) -> String,
    pub(super) count: &'static str,
    pub(super) alert: &'static str,
    pub(super) alert_text: &'static str,
    pub(super) keyboard: &'static str,
    pub(super) keyboard_text: &'static str,
    pub(super) hide: &'static str,
    pub(super) hidden: &'static str,
    pub(super) add_to_group: &'static str,
    pub(super) somebody: &'static str,
}

const ENGLISH: Texts = Texts {
    greeting: |name| format!("Hi, {name}!"),
    payload: |payload| format!(" You came by a link with the payload {payload}."),
    echo: |name, text| format!("Hi, {name}! You wrote: {text}"),
    presses: |count| format!("Edited after each press; presses so far: {count}"),
    count: "Edit this message",
    alert: "Show an alert",
    alert_text: "This is an alert: the answer to your press.",
    keyboard: "Show a keyboard",
    keyboard_text: "This keyboard stands below the text field. What a button says is sent.",
    hide: "Hide the keyboard",
    hidden: "The keyboard is gone.",
    add_to_group: "Add me to your group",
    somebody: "you",
};

const RUSSIAN: Texts = Texts {
    greeting: |name| format!("Привет, {name}!"),
    payload: |payload| format!(" Вы пришли по ссылке с данными {payload}."),
    echo: |name, text| format!("Привет, {name}! Вы написали: {text}"),
    presses: |count| format!("Меняется после каждого нажатия; нажатий: {count}"),
    count: "Изменить это сообщение",
    alert: "Показать уведомление",
    alert_text: "Это уведомление — ответ на нажатие.",
    keyboard: "Показать клавиатуру",
    keyboard_text: "Эта клавиатура стоит под полем ввода. Нажатие отправляет надпись на кнопке.",
    hide: "Убрать клавиатуру",
    hidden: "Клавиатура убрана.",
    add_to_group: "Добавить меня в группу",
    somebody: "друг",
};

/// Returns the texts for a language code, which may be missing.
pub(super) fn texts(language: Option<&str>) -> &'static Texts {
    match language {
        Some(code) if code == "ru" || code.starts_with("ru-") => &RUSSIAN,
        _ => &ENGLISH,
    }
}
