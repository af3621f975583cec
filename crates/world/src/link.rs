//! Links to bots: `t.me/<bot>`, `tg://resolve?domain=<bot>`, `@<bot>`, with what they ask for.
//!
//! The rules are core.telegram.org/api/links#bot-links and the apps' own parser.

use crate::refusal::Refusal;

/// The text that the Start button sends.
pub const START: &str = "/start";

/// > Parameter may be up to 64 characters long, `A-Z`, `a-z`, `0-9`, `_` and `-` are allowed.
pub const MAX_PAYLOAD: usize = 64;

/// A checked deep-link payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPayload(Box<str>);

impl StartPayload {
    /// Checks alphabet and length of a payload that is not empty.
    ///
    /// # Errors
    /// [`Refusal::StartParamInvalid`] or [`Refusal::StartParamTooLong`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            return Err(Refusal::StartParamInvalid);
        }
        if text.len() > MAX_PAYLOAD {
            return Err(Refusal::StartParamTooLong);
        }
        Ok(Self(text.into()))
    }

    /// The payload.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link to a bot, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The username, without `@`.
    pub username: String,
    /// What else the link asks for.
    pub action: LinkAction,
    /// `admin=`: the names of the rights with which the bot is to be added, as `change_info`.
    pub admin: Vec<String>,
}

/// What a link to a bot asks for; the first argument that is known wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkAction {
    /// Open the dialog.
    Open,
    /// `start=`: offer Start, with this payload (empty is as good as none).
    Start(String),
    /// `startgroup`: choose a group to add the bot to.
    StartGroup(String),
    /// `startchannel`: choose a channel to add the bot to.
    StartChannel,
    /// `startapp`: launch the main mini app.
    StartApp(String),
}

impl Link {
    /// Reads a link; none when it is not one to a username.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(username) = text.strip_prefix('@') {
            return Self::new(username, "");
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None if text.to_ascii_lowercase().starts_with("tg:") => ("tg".to_owned(), &text[3..]),
            None => ("https".to_owned(), text),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        match scheme.as_str() {
            "tg" if path.trim_end_matches('/').eq_ignore_ascii_case("resolve") => {
                let domain = pairs(query).find(|(key, _)| key == "domain")?.1;
                Self::new(&domain, query)
            }
            "http" | "https" => {
                let (host, path) = path.split_once('/')?;
                let host = host.to_ascii_lowercase();
                let host = host.strip_prefix("www.").unwrap_or(&host);
                if let Some(username) = host.strip_suffix(".t.me").filter(|name| !name.contains('.')) {
                    return path.trim_matches('/').is_empty().then(|| Self::new(username, query))?;
                }
                let ours = ["t.me", "telegram.me", "telegram.dog"].contains(&host);
                let username = path.trim_end_matches('/');
                let username = username.strip_prefix("s/").unwrap_or(username);
                if ours { Self::new(username, query) } else { None }
            }
            _ => None,
        }
    }

    fn new(username: &str, query: &str) -> Option<Self> {
        let letters = username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !letters || !(2..=32).contains(&username.len()) {
            return None;
        }
        let action = pairs(query).find_map(|(key, value)| match key.as_str() {
            "start" => Some(LinkAction::Start(value)),
            "startgroup" => Some(LinkAction::StartGroup(value)),
            "startchannel" => Some(LinkAction::StartChannel),
            "startapp" => Some(LinkAction::StartApp(value)),
            _ => None,
        });
        let admin = pairs(query).find(|(key, _)| key == "admin").map(|(_, names)| names).unwrap_or_default();
        Some(Self {
            username: username.to_owned(),
            action: action.unwrap_or(LinkAction::Open),
            // > admin=change_info+post_messages; a plus sign is a space in a query.
            admin: admin.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// The hash of an invite link: `t.me/+HASH`, `t.me/joinchat/HASH`, `tg://join?invite=HASH`; none of other links.
pub fn invite_hash(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let hash = match scheme.to_ascii_lowercase().as_str() {
        "tg" if path.trim_end_matches('/').eq_ignore_ascii_case("join") => {
            pairs(query).find(|(key, _)| key == "invite")?.1
        }
        "http" | "https" => {
            let (host, path) = path.split_once('/')?;
            let host = host.to_ascii_lowercase();
            let is_ours = ["t.me", "telegram.me", "telegram.dog"].contains(&host.trim_start_matches("www."));
            let path = path.trim_end_matches('/');
            let hash = path.strip_prefix('+').or_else(|| path.strip_prefix("joinchat/"));
            hash.filter(|_| is_ours)?.to_owned()
        }
        _ => return None,
    };
    let is_hash = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    // t.me/+ with digits only is a phone number.
    let is_phone = hash.bytes().all(|b| b.is_ascii_digit());
    (hash.bytes().all(is_hash) && !is_phone).then_some(hash)
}

/// The arguments of a query string, decoded; what is not UTF-8 is dropped.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((percent_decode(key)?, percent_decode(value)?))
    })
}

/// `None` for what is not UTF-8 or a broken escape.
fn percent_decode(text: &str) -> Option<String> {
    let escapes = text.split('%').skip(1);
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if !escapes.into_iter().all(digits) {
        return None;
    }
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invite_links_have_a_hash() {
        for (text, hash) in [
            ("https://t.me/+AbC_-123", Some("AbC_-123")),
            ("t.me/joinchat/AbC", Some("AbC")),
            ("https://telegram.me/+AbC/", Some("AbC")),
            ("tg://join?invite=AbC", Some("AbC")),
            // A phone number.
            ("https://t.me/+12025550123", None),
            ("https://t.me/AbC", None),
            ("https://example.com/+AbC", None),
            ("https://t.me/+A b", None),
            ("https://t.me/+", None),
            ("@AbC", None),
        ] {
            assert_eq!(invite_hash(text).as_deref(), hash, "{text}");
        }
    }

    #[test]
    fn a_link_names_the_rights_of_a_bot() {
        let link = Link::parse("https://t.me/some_bot?startgroup=x&admin=change_info+invite_users");
        assert_eq!(
            link.map(|link| link.admin),
            Some(vec!["change_info".to_owned(), "invite_users".to_owned()])
        );
        let link = Link::parse("https://t.me/some_bot?startchannel&admin=post_messages%20edit_messages");
        assert_eq!(link.map(|link| link.admin.len()), Some(2));
    }
}
