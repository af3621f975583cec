/// The meaning of a Bot API address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// `/bot<token>/<method>`, also `/bot<token>/test/<method>`.
    Method { token: &'a str, method: &'a str },
    /// `/file/bot<token>/<path>`.
    File { token: &'a str },
}

impl<'a> Route<'a> {
    /// Parses a path without the world's prefix.
    pub(crate) fn parse(path: &'a str) -> Option<Self> {
        if let Some(rest) = path.strip_prefix("/file/bot") {
            let (token, _) = rest.split_once('/')?;
            return Some(Self::File { token });
        }
        let (token, method) = path.strip_prefix("/bot")?.split_once('/')?;
        let method = method.strip_prefix("test/").unwrap_or(method).trim_end_matches('/');
        Some(Self::Method { token, method })
    }
}
