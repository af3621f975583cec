use crate::serde_default::is_false;
use crate::text::{EntityKind, Text};
use serde::{Deserialize, Serialize};

/// Schemes whose links have no preview (tdlib/td: td/telegram/MessageEntity.cpp, get_first_url).
const WITHOUT_PREVIEW: [&str; 4] = ["tg:", "ton:", "tonsite:", "ftp:"];

/// How the sender of a message asked for its links to be previewed, or what becomes of that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinkPreview {
    /// No preview.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// The link that is previewed; if absent, the first one in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// With a small picture.
    #[serde(default, skip_serializing_if = "is_false")]
    pub small: bool,
    /// With a large picture.
    #[serde(default, skip_serializing_if = "is_false")]
    pub large: bool,
    /// Above the text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub above: bool,
}

impl LinkPreview {
    /// Returns what becomes of the sender's hints, which may contradict each other. Every link has a preview here, so a
    /// text with a link says which one is previewed, or that the preview is disabled. `None` for a text without a link.
    ///
    /// The order is TDLib's (td/telegram/InputMessageText.cpp, MessageContent.cpp): a preview that is disabled has no
    /// other properties, only a link that was chosen has a size, and large goes before small.
    pub fn resolve(hints: Option<&Self>, text: &Text) -> Option<Self> {
        let hints = hints.cloned().unwrap_or_default();
        if hints.disabled {
            return first_link(text).map(|_| Self { disabled: true, ..Self::default() });
        }
        if hints.url.is_none() {
            let url = first_link(text)?;
            return Some(Self { url: Some(url), above: hints.above, ..Self::default() });
        }
        Some(Self { small: hints.small && !hints.large, ..hints })
    }
}

/// The first link that can have a preview, with a scheme.
fn first_link(text: &Text) -> Option<String> {
    text.entities.iter().find_map(|entity| {
        let url = match &entity.kind {
            EntityKind::Url => text.slice(entity.offset, entity.length)?,
            EntityKind::TextLink { url } => url,
            _ => return None,
        };
        let lower = url.to_ascii_lowercase();
        if WITHOUT_PREVIEW.iter().any(|scheme| lower.starts_with(scheme)) {
            return None;
        }
        Some(if lower.contains("://") { url.to_owned() } else { format!("https://{url}") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(disabled: bool, url: &str, small: bool, large: bool, above: bool) -> LinkPreview {
        LinkPreview { disabled, url: Some(url.to_owned()).filter(|url| !url.is_empty()), small, large, above }
    }

    #[test]
    fn hints_are_resolved_by_what_the_text_holds() {
        let (one, two) = ("https://a.example/1", "https://b.example/2");
        let both = format!("{one} and {two}");
        for (text, hints, expected) in [
            ("no link", None, None),
            ("no link", Some(preview(true, "", false, false, false)), None),
            ("no link", Some(preview(false, "", true, true, true)), None),
            (
                "no link",
                Some(preview(false, two, true, false, true)),
                Some(preview(false, two, true, false, true)),
            ),
            (both.as_str(), None, Some(preview(false, one, false, false, false))),
            (&both, Some(preview(true, two, true, true, true)), Some(preview(true, "", false, false, false))),
            (
                &both,
                Some(preview(false, "", true, false, true)),
                Some(preview(false, one, false, false, true)),
            ),
            (
                &both,
                Some(preview(false, two, true, true, false)),
                Some(preview(false, two, false, true, false)),
            ),
            ("see a.com/x", None, Some(preview(false, "https://a.com/x", false, false, false))),
            ("tg://resolve?domain=x", None, None),
        ] {
            let text = Text::plain(text).normalize().unwrap();
            assert_eq!(LinkPreview::resolve(hints.as_ref(), &text), expected, "{text:?} {hints:?}");
        }
        let entity =
            crate::text::Entity { kind: EntityKind::TextLink { url: one.to_owned() }, offset: 0, length: 4 };
        let text = Text { text: "here".into(), entities: vec![entity] };
        assert_eq!(LinkPreview::resolve(None, &text), Some(preview(false, one, false, false, false)));
    }
}
