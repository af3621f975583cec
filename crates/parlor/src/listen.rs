//! Parses the addresses of the command line, and explains an address that is in use.

use crate::probe;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

/// The default address.
pub(crate) const DEFAULT: &str = "127.0.0.1:8081";
const EXAMPLE_ROOT: &str = "127.0.0.1:8081, or http://127.0.0.1:8081/w/WORLD";
/// The port if only a host is given.
const DEFAULT_PORT: u16 = 8081;

/// Parses a port, an IP address or a host name, the latter two with or without a port.
///
/// # Errors
///
/// Returns a text for the command line if the address has another form, or the name cannot be resolved.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(SocketAddr::from((ip, DEFAULT_PORT)));
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().map_err(|_| format!("{port:?} is not a port"))?),
        None => (text, DEFAULT_PORT),
    };
    if name.is_empty() || name.contains(['/', ':']) {
        return Err("write 8081, localhost:8081, 127.0.0.1:8081 or [::1]:8081".to_owned());
    }
    resolve(name, port).ok_or_else(|| format!("the name {name:?} has no address on this machine"))
}

/// Parses the root of a server or of one of its worlds: with or without a scheme, or only a port.
///
/// # Errors
///
/// Returns a text for the command line if it is not such a root.
pub(crate) fn parse_root(text: &str) -> Result<String, String> {
    let has_scheme = text.contains("://");
    let full = match text.parse::<u16>() {
        Ok(port) => format!("http://127.0.0.1:{port}"),
        Err(_) if has_scheme => text.to_owned(),
        Err(_) => format!("http://{text}"),
    };
    let mut url = reqwest::Url::parse(&full).map_err(|error| format!("{error}: write {EXAMPLE_ROOT}"))?;
    if url.scheme() != "http" {
        return Err(format!("Parlor is reached over http, not {}: write {EXAMPLE_ROOT}", url.scheme()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("a root ends with the path: write {EXAMPLE_ROOT}"));
    }
    // `--server localhost` means the server of `--listen localhost`, but `http://localhost` means port 80.
    if !has_scheme && url.port().is_none() {
        url.set_port(Some(DEFAULT_PORT)).map_err(|()| format!("write {EXAMPLE_ROOT}"))?;
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Resolves a host name, preferably to an IPv4 address: programs that connect to `localhost` try it in any case.
fn resolve(name: &str, port: u16) -> Option<SocketAddr> {
    let addresses: Vec<SocketAddr> = (name, port).to_socket_addrs().ok()?.collect();
    addresses.iter().find(|address| address.is_ipv4()).or(addresses.first()).copied()
}

/// Returns whether a server failed to start because its address is in use.
pub(crate) fn is_taken(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}

/// Explains which program uses the address, as far as that is known.
pub(crate) async fn explain_taken(address: SocketAddr) -> anyhow::Error {
    match probe::find(address).await {
        Some(found) => anyhow::anyhow!(
            "{} is already running at {}: use it, or choose another address with --listen",
            found.name(),
            found.root,
        ),
        None => anyhow::anyhow!(
            "another program listens on {address}, and it is not Parlor: choose another address with --listen"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_accepted_in_all_their_forms() {
        for (text, expected) in [
            ("http://127.0.0.1:8081", Ok("http://127.0.0.1:8081")),
            ("http://127.0.0.1:8081/", Ok("http://127.0.0.1:8081")),
            ("http://127.0.0.1:8081/w/w1/", Ok("http://127.0.0.1:8081/w/w1")),
            ("127.0.0.1:9000", Ok("http://127.0.0.1:9000")),
            ("localhost:9000/w/w1", Ok("http://localhost:9000/w/w1")),
            ("localhost", Ok("http://localhost:8081")),
            ("9000", Ok("http://127.0.0.1:9000")),
            ("[::1]:9000", Ok("http://[::1]:9000")),
            ("http://parlor.test", Ok("http://parlor.test")),
            ("https://parlor.test", Err("Parlor is reached over http, not https")),
            ("ftp://parlor.test", Err("Parlor is reached over http, not ftp")),
            ("http://a.test/#token=1", Err("a root ends with the path")),
            ("", Err("empty host")),
            ("http://", Err("empty host")),
            ("localhost:port", Err("invalid port number")),
        ] {
            match (parse_root(text), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{text}: {found}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn addresses_are_accepted_in_all_their_forms() {
        for (text, expected) in [
            ("8081", Ok("127.0.0.1:8081")),
            ("0", Ok("127.0.0.1:0")),
            ("127.0.0.1:9000", Ok("127.0.0.1:9000")),
            ("0.0.0.0:80", Ok("0.0.0.0:80")),
            ("0.0.0.0", Ok("0.0.0.0:8081")),
            ("[::1]:8081", Ok("[::1]:8081")),
            ("::1", Ok("[::1]:8081")),
            ("[::1]", Ok("[::1]:8081")),
            ("localhost", Ok("127.0.0.1:8081")),
            ("localhost:9000", Ok("127.0.0.1:9000")),
            ("", Err("write 8081")),
            (":8081", Err("write 8081")),
            ("http://localhost:8081", Err("write 8081")),
            ("localhost:http", Err("\"http\" is not a port")),
            ("localhost:70000", Err("\"70000\" is not a port")),
            ("no.such.name.invalid:1", Err("the name \"no.such.name.invalid\" has no address")),
        ] {
            match (parse(text), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.to_string(), expected, "{text}"),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{text}: {found}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        }
    }
}
