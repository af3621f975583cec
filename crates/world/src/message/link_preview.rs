use crate::text::{EntityKind, Text};
use serde::{Deserialize, Serialize};

/// Schemes whose links have no preview (tdlib/td: td/telegram/MessageEntity.cpp, get_first_url).
const WITHOUT_PREVIEW: [&str; 4] = ["tg:", "ton:", "tonsite:", "ftp:"];

/// How the links of a message are to be previewed, as its sender asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinkPreview {
    /// Not at all.
    pub disabled: bool,
    /// This one; empty for the first in the text.
    pub url: String,
    /// With a small picture.
    pub small: bool,
    /// With a large picture.
    pub large: bool,
    /// Above the text.
    pub above: bool,
}

impl LinkPreview {
    /// Returns what becomes of the sender's wishes, which need not fit together: every link has a preview here, so a
    /// text with a link says which one is previewed, or that none is. `None` for a text without a link.
    ///
    /// The order is TDLib's (td/telegram/InputMessageText.cpp, MessageContent.cpp): a preview that is disabled has no
    /// other properties, only a link that was chosen has a size, and large goes before small.
    pub fn resolve(wishes: Option<&Self>, text: &Text) -> Option<Self> {
        let wishes = wishes.cloned().unwrap_or_default();
        if wishes.disabled {
            return first_link(text).map(|_| Self { disabled: true, ..Self::default() });
        }
        if wishes.url.is_empty() {
            let url = first_link(text)?;
            return Some(Self { url, above: wishes.above, ..Self::default() });
        }
        Some(Self { small: wishes.small && !wishes.large, ..wishes })
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
        LinkPreview { disabled, url: url.to_owned(), small, large, above }
    }

    #[test]
    fn wishes_are_resolved_by_what_the_text_holds() {
        let (one, two) = ("https://a.example/1", "https://b.example/2");
        let both = format!("{one} and {two}");
        for (text, wishes, expected) in [
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
            let text = Text::plain(text).accept().unwrap();
            assert_eq!(LinkPreview::resolve(wishes.as_ref(), &text), expected, "{text:?} {wishes:?}");
        }
        let entity =
            crate::text::Entity { kind: EntityKind::TextLink { url: one.to_owned() }, offset: 0, length: 4 };
        let text = Text { text: "here".into(), entities: vec![entity] };
        assert_eq!(LinkPreview::resolve(None, &text), Some(preview(false, one, false, false, false)));
    }
}
