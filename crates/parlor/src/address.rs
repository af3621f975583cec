//! Addresses by which programs on this machine reach a listener.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Returns the address to connect to. A listener on all addresses is reached by the loopback address.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback =
            if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

/// Returns the root URL of a server that listens on an address.
pub(crate) fn root_of(address: SocketAddr) -> String {
    format!("http://{}", reachable(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_on_all_addresses_are_reached_by_loopback() {
        for (listens, root) in [
            ("0.0.0.0:8081", "http://127.0.0.1:8081"),
            ("[::]:8081", "http://[::1]:8081"),
            ("127.0.0.1:80", "http://127.0.0.1:80"),
            ("192.168.0.7:8081", "http://192.168.0.7:8081"),
        ] {
            assert_eq!(root_of(listens.parse().unwrap()), root);
        }
    }
}
