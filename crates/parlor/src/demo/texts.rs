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
    payload: |payload| format!(" You opened a link with the payload {payload}."),
    echo: |name, text| format!("Hi, {name}! You wrote: {text}"),
    presses: |count| format!("Edited after each press. Presses so far: {count}"),
    count: "Edit this message",
    alert: "Show an alert",
    alert_text: "This is an alert: the answer to your press.",
    keyboard: "Show a keyboard",
    keyboard_text: "This keyboard is below the text field. A button sends its text.",
    hide: "Hide the keyboard",
    hidden: "The keyboard is hidden.",
    add_to_group: "Add me to your group",
    somebody: "you",
};

const RUSSIAN: Texts = Texts {
    greeting: |name| format!("Привет, {name}!"),
    payload: |payload| format!(" Вы перешли по ссылке с параметром {payload}."),
    echo: |name, text| format!("Привет, {name}! Вы написали: {text}"),
    presses: |count| format!("Сообщение меняется после каждого нажатия. Нажатий: {count}"),
    count: "Изменить это сообщение",
    alert: "Показать уведомление",
    alert_text: "Это уведомление: ответ на нажатие кнопки.",
    keyboard: "Показать клавиатуру",
    keyboard_text: "Клавиатура появилась под полем ввода. Кнопка отправляет свой текст.",
    hide: "Убрать клавиатуру",
    hidden: "Клавиатура скрыта.",
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
