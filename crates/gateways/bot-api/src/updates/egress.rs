//! Restricts the targets of outgoing requests (webhooks), as protection against server-side request forgery.
//!
//! Loopback is allowed, since bots run on the same machine. Link-local and other special addresses are not, so that no bot
//! reaches the metadata service of a cloud. The address is resolved once and pinned, so that a name that resolves to
//! another address after the check (DNS rebinding) has no effect.

use crate::answer::ApiError;
use parlor_world::state::update_queue::Webhook;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Returns whether this server itself listens at an address, for any of its worlds.
pub type IsOwnAddress = Arc<dyn Fn(SocketAddr) -> bool + Send + Sync>;

/// Ports that webhooks may use beyond loopback.
const PORTS: [u16; 4] = [80, 88, 443, 8443];
/// The time limit for a webhook's answer.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// The time limit for resolving a name, and for connecting.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// A webhook that may be called, with the HTTP client for it.
pub(crate) struct WebhookTarget {
    pub(crate) url: Url,
    pub(crate) client: reqwest::Client,
    /// The address that the name was resolved to.
    address: SocketAddr,
}

impl WebhookTarget {
    /// Checks a webhook as `setWebhook` does; returns its address.
    pub(crate) async fn check(webhook: &Webhook, is_own: &IsOwnAddress) -> Result<IpAddr, ApiError> {
        Self::open(webhook, is_own).await.map(|target| target.ip()).map_err(|error| match error {
            ForbiddenTarget::Url => ApiError::bad_request("invalid webhook URL specified"),
            ForbiddenTarget::Other(text) => ApiError::bad_request(&format!("bad webhook: {text}")),
        })
    }

    /// Returns the address as `getWebhookInfo` shows it.
    pub(crate) fn shown_address(webhook: &Webhook, resolved: Option<IpAddr>) -> String {
        let fixed = webhook.ip_address.clone();
        let shown = fixed.or_else(|| resolved.map(|address| address.to_string()));
        shown.unwrap_or_else(|| "<unknown>".to_owned())
    }

    /// Resolves the name, checks the address, and creates a client that can connect only to that address.
    pub(crate) async fn open(webhook: &Webhook, is_own: &IsOwnAddress) -> Result<Self, ForbiddenTarget> {
        let text = match webhook.url.contains("://") {
            true => webhook.url.clone(),
            false => format!("https://{}", webhook.url),
        };
        let url = Url::parse(&text).map_err(|_| ForbiddenTarget::Url)?;
        // > Unsupported URL protocol (td/utils/HttpUrl.cpp)
        if !["http", "https"].contains(&url.scheme()) {
            return Err(ForbiddenTarget::Url);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ForbiddenTarget::Url)?.to_owned();
        let port = url.port_or_known_default().ok_or(ForbiddenTarget::Url)?;
        let address = resolve(&host, port, webhook.ip_address.as_deref()).await?;
        permit(&url, address, is_own(address))?;
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .resolve(&host, address);
        if let Some(pem) = &webhook.certificate {
            builder = builder.tls_backend_preconfigured(pinned(pem)?);
        }
        let client = builder.build().map_err(|error| ForbiddenTarget::Other(error.to_string()))?;
        Ok(Self { url, client, address })
    }

    /// Returns the address that the name was resolved to.
    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// Checks the address again, before each delivery: a world may have opened an MTProto port there since.
    pub(crate) fn check_again(&self, is_own: &IsOwnAddress) -> Result<(), ForbiddenTarget> {
        permit(&self.url, self.address, is_own(self.address))
    }
}

/// The reason why a webhook must not be called.
#[derive(Debug)]
pub(crate) enum ForbiddenTarget {
    /// The URL is invalid.
    Url,
    /// Another reason, with the official server's text if it has one.
    Other(String),
}

impl ForbiddenTarget {
    /// Returns the error text.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Url => "invalid webhook URL specified".to_owned(),
            Self::Other(text) => text,
        }
    }
}

async fn resolve(host: &str, port: u16, fixed: Option<&str>) -> Result<SocketAddr, ForbiddenTarget> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let literal = fixed.unwrap_or(bare);
    if let Ok(address) = literal.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, port));
    }
    if fixed.is_some() {
        return Err(ForbiddenTarget::Other("Invalid IP address specified".to_owned()));
    }
    let failed = |what: &str| ForbiddenTarget::Other(format!("Failed to resolve host: {what}"));
    let found = tokio::time::timeout(CONNECT_TIME, tokio::net::lookup_host((bare, port))).await;
    let mut found = found.map_err(|_| failed("Timeout"))?.map_err(|_| failed("Name or service not known"))?;
    found.next().ok_or_else(|| failed("No address associated with hostname"))
}

fn permit(url: &Url, address: SocketAddr, is_own: bool) -> Result<(), ForbiddenTarget> {
    let ip = address.ip().to_canonical();
    let forbidden = |text: String| Err(ForbiddenTarget::Other(text));
    // Through such a webhook, a bot could send requests to the control API.
    if is_own {
        return forbidden(format!("IP address {ip} is reserved"));
    }
    if ip.is_loopback() {
        return Ok(());
    }
    if is_special(ip) {
        return forbidden(format!("IP address {ip} is reserved"));
    }
    if url.scheme() != "https" {
        return forbidden("An HTTPS URL must be provided for webhook".to_owned());
    }
    if !PORTS.contains(&address.port()) {
        return forbidden("Webhook can be set up only on ports 80, 88, 443 or 8443".to_owned());
    }
    Ok(())
}

/// Returns whether an address is special in any notation, so that no webhook may have it.
fn is_special(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => {
            v6.is_unicast_link_local()
                || v6.is_unspecified()
                || v6.is_multicast()
                // fd00:ec2::/32: the metadata service of AWS.
                || v6.segments()[..2] == [0xfd00, 0x0ec2]
                // 64:ff9b:1::/48 (RFC 8215): each network chooses the position of the IPv4 address in it, so all are refused.
                || v6.segments()[..3] == [0x64, 0xff9b, 1]
                || embedded_v4(v6).is_some_and(|v4| v4.is_loopback() || is_special_v4(v4))
        }
    }
}

fn is_special_v4(v4: Ipv4Addr) -> bool {
    v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_multicast()
        || v4.octets()[0] == 0
}

/// Returns the IPv4 address that is embedded in an IPv6 address, to which a network gateway would forward: NAT64
/// (64:ff9b::/96), 6to4 (2002::/16), IPv4-compatible (::/96).
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = v6.segments();
    let (high, low) = match (a, b) {
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => (high, low),
        (0, 0) if [c, d, e, f] == [0; 4] => (high, low),
        (0x2002, _) => (b, c),
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

/// Builds a TLS configuration that trusts exactly the certificate that the bot uploaded. Ordinary verification would refuse
/// most self-signed certificates, since they are created as authorities, which must not be at the end of a chain.
fn pinned(pem: &str) -> Result<rustls::ClientConfig, ForbiddenTarget> {
    let wrong = |error: &dyn std::fmt::Display| {
        ForbiddenTarget::Other(format!("Can't read the certificate: {error}"))
    };
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| wrong(&error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Pinned { certificate, provider: provider.clone() };
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| wrong(&error))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    provider: Arc<rustls::crypto::CryptoProvider>,
}

impl rustls::client::danger::ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            return Ok(rustls::client::danger::ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(url: &str, ip_address: &str) -> Webhook {
        Webhook {
            url: url.to_owned(),
            secret_token: None,
            max_connections: 1,
            ip_address: Some(ip_address.to_owned()).filter(|address| !address.is_empty()),
            certificate: None,
        }
    }

    /// Returns the resolved address, or the error text.
    async fn open(url: &str, ip_address: &str) -> String {
        let is_own: IsOwnAddress = Arc::new(|address| {
            let ip = address.ip().to_canonical();
            address.port() == 8081 && (ip.is_loopback() || ip.is_unspecified())
        });
        let opened = WebhookTarget::open(&webhook(url, ip_address), &is_own).await;
        opened.map_or_else(ForbiddenTarget::text, |target| target.ip().to_string())
    }

    #[tokio::test]
    async fn addresses() {
        let reserved = |ip: &str| format!("IP address {ip} is reserved");
        let invalid = "invalid webhook URL specified".to_owned();
        let table = [
            ("http://127.0.0.1:8082/hook", "", "127.0.0.1".to_owned()),
            ("http://127.0.0.1:8081/control/reset", "", reserved("127.0.0.1")),
            ("http://127.0.0.9:8081/", "", reserved("127.0.0.9")),
            ("http://2130706433:8081/", "", reserved("127.0.0.1")),
            ("http://[::1]:8081/", "", reserved("::1")),
            ("http://[::ffff:127.0.0.1]:8081/", "", reserved("127.0.0.1")),
            ("http://localhost:8081/", "", String::new()),
            ("http://0.0.0.0:8081/", "", reserved("0.0.0.0")),
            ("https://bot.example:8081/", "127.0.0.1", reserved("127.0.0.1")),
            ("https://169.254.169.254/", "", reserved("169.254.169.254")),
            ("https://[64:ff9b::a9fe:a9fe]/", "", reserved("64:ff9b::a9fe:a9fe")),
            ("https://[64:ff9b::7f00:1]/", "", reserved("64:ff9b::7f00:1")),
            ("https://[64:ff9b::808:808]/", "", "64:ff9b::808:808".to_owned()),
            ("https://[64:ff9b:1::a9fe:a9fe]/", "", reserved("64:ff9b:1::a9fe:a9fe")),
            ("https://[64:ff9b:1:a9fe:a9:fe00::]/", "", reserved("64:ff9b:1:a9fe:a9:fe00::")),
            ("https://[64:ff9b:1:7f::1]/", "", reserved("64:ff9b:1:7f::1")),
            ("https://[64:ff9b:2::a9fe:a9fe]/", "", "64:ff9b:2::a9fe:a9fe".to_owned()),
            ("https://[2002:a9fe:a9fe::1]/", "", reserved("2002:a9fe:a9fe::1")),
            ("https://[::a9fe:a9fe]/", "", reserved("::a9fe:a9fe")),
            ("https://[fd00:ec2::254]/", "", reserved("fd00:ec2::254")),
            ("https://[fe80::1]/", "", reserved("fe80::1")),
            ("https://[2002:808:808::1]/", "", "2002:808:808::1".to_owned()),
            ("gopher://127.0.0.1:8082/", "", invalid.clone()),
            ("ftp://127.0.0.1:8082/", "", invalid),
        ];
        for (url, ip_address, expected) in table {
            let found = open(url, ip_address).await;
            // "localhost" may resolve to either loopback address.
            let matches =
                if expected.is_empty() { found.ends_with("is reserved") } else { found == expected };
            assert!(matches, "{url} {ip_address}: {found}");
        }
    }
}
