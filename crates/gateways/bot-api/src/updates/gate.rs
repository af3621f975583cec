//! The one gate for requests that Parlor sends by itself: webhooks.
//!
//! Loopback is allowed, since bots run beside Parlor; link-local and other special addresses never are, so that no
//! bot reaches a cloud's metadata service through it. The address is looked up here and pinned: a name that changes
//! its mind between the check and the connection changes nothing.

use crate::answer::ApiError;
use parlor_world::updates::Webhook;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Ports that webhooks may use beyond loopback.
const PORTS: [u16; 4] = [80, 88, 443, 8443];
/// A webhook must have answered by then.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// A name must be resolved, a connection made by then.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// A webhook that may be called: where, and by which client.
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) client: reqwest::Client,
}

impl Target {
    /// Checks a webhook as `setWebhook` does.
    pub(crate) async fn check(webhook: &Webhook) -> Result<(), ApiError> {
        Self::open(webhook).await.map(drop).map_err(|error| match error {
            Closed::Url => ApiError::bad_request("invalid webhook URL specified"),
            Closed::Other(text) => ApiError::bad_request(&format!("bad webhook: {text}")),
        })
    }

    /// The address as `getWebhookInfo` shows it: only what the bot gave itself is known for certain.
    pub(crate) fn shown_address(webhook: &Webhook) -> String {
        let literal = Url::parse(&webhook.url).ok().and_then(|url| url.host_str()?.parse::<IpAddr>().ok());
        match literal {
            _ if !webhook.ip_address.is_empty() => webhook.ip_address.clone(),
            Some(address) => address.to_string(),
            None => "<unknown>".to_owned(),
        }
    }

    /// Resolves the name, checks the address, and makes a client that can reach nothing else.
    pub(crate) async fn open(webhook: &Webhook) -> Result<Self, Closed> {
        let text = match webhook.url.contains("://") {
            true => webhook.url.clone(),
            false => format!("https://{}", webhook.url),
        };
        let url = Url::parse(&text).map_err(|_| Closed::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Closed::Url)?.to_owned();
        let port = url.port_or_known_default().ok_or(Closed::Url)?;
        let address = resolve(&host, port, &webhook.ip_address).await?;
        permit(&url, address)?;
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .resolve(&host, address);
        if let Some(pem) = &webhook.certificate {
            builder = builder.tls_backend_preconfigured(pinned(pem)?);
        }
        let client = builder.build().map_err(|error| Closed::Other(error.to_string()))?;
        Ok(Self { url, client })
    }
}

/// Why a webhook can't be called.
#[derive(Debug)]
pub(crate) enum Closed {
    /// It is no URL.
    Url,
    /// In the official server's words where it has some.
    Other(String),
}

impl Closed {
    pub(crate) fn words(self) -> String {
        match self {
            Self::Url => "invalid webhook URL specified".to_owned(),
            Self::Other(text) => text,
        }
    }
}

async fn resolve(host: &str, port: u16, fixed: &str) -> Result<SocketAddr, Closed> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let literal = if fixed.is_empty() { bare } else { fixed };
    if let Ok(address) = literal.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, port));
    }
    if !fixed.is_empty() {
        return Err(Closed::Other("Invalid IP address specified".to_owned()));
    }
    let failed = |what: &str| Closed::Other(format!("Failed to resolve host: {what}"));
    let found = tokio::time::timeout(CONNECT_TIME, tokio::net::lookup_host((bare, port))).await;
    let mut found = found.map_err(|_| failed("Timeout"))?.map_err(|_| failed("Name or service not known"))?;
    found.next().ok_or_else(|| failed("No address associated with hostname"))
}

fn permit(url: &Url, address: SocketAddr) -> Result<(), Closed> {
    let ip = address.ip().to_canonical();
    let closed = |text: String| Err(Closed::Other(text));
    if ip.is_loopback() {
        return Ok(());
    }
    let special = match ip {
        IpAddr::V4(v4) => {
            v4.is_link_local() || v4.is_broadcast() || v4.is_documentation() || v4.octets()[0] == 0
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    if special || ip.is_unspecified() || ip.is_multicast() {
        return closed(format!("IP address {ip} is reserved"));
    }
    if url.scheme() != "https" {
        return closed("An HTTPS URL must be provided for webhook".to_owned());
    }
    if !PORTS.contains(&address.port()) {
        return closed("Webhook can be set up only on ports 80, 88, 443 or 8443".to_owned());
    }
    Ok(())
}

/// A certificate that the bot uploaded is trusted as it is, and nothing else is: most self-signed ones are made as
/// authorities, which no ordinary check accepts at the end of a chain.
fn pinned(pem: &str) -> Result<rustls::ClientConfig, Closed> {
    let wrong = |error: &dyn std::fmt::Display| Closed::Other(format!("Can't read the certificate: {error}"));
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
