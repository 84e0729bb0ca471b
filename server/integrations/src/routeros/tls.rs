//! TLS to a router. Routers have certificates of their own making, so the certificate is known by its fingerprint: seen
//! once, confirmed by a person, and from then on nothing else is let in.

use super::client::RouterError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// SHA-256 of a certificate as it is on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// 64 hexadecimal digits, with or without colons between the octets.
impl FromStr for Fingerprint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits: String = text.chars().filter(|character| *character != ':').collect();
        let octets: Option<Vec<u8>> =
            digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        octets.and_then(|octets| octets.try_into().ok()).map(Self).ok_or(())
    }
}

/// Lets in who shows the known certificate, or, while none is known, anybody, and remembers what was shown.
#[derive(Debug)]
struct Known {
    expected: Option<Fingerprint>,
    shown: Arc<OnceLock<Fingerprint>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint(Sha256::digest(certificate).into());
        let shown = self.shown.get_or_init(|| shown);
        if self.expected.is_some_and(|expected| expected != *shown) {
            return Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Shakes hands; also says which certificate was shown.
pub(super) async fn shake_hands(
    stream: TcpStream,
    address: SocketAddr,
    expected: Option<Fingerprint>,
) -> Result<(TlsStream<TcpStream>, Fingerprint), RouterError> {
    let provider = Arc::new(ring::default_provider());
    let shown = Arc::new(OnceLock::new());
    let known = Known { expected, shown: shown.clone(), algorithms: provider.signature_verification_algorithms };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| RouterError::Tls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(known))
        .with_no_client_auth();
    let connected = TlsConnector::from(Arc::new(config)).connect(ServerName::IpAddress(address.ip().into()), stream).await;
    let shown = shown.get().copied();
    match (connected, shown, expected) {
        (Ok(stream), Some(shown), _) => Ok((stream, shown)),
        (_, Some(shown), Some(expected)) if shown != expected => Err(RouterError::OtherCertificate { shown }),
        // A router whose api-ssl has no certificate offers anonymous ciphers alone, which no modern client speaks.
        (Err(error), None, _) => Err(RouterError::NoCertificate(error.to_string())),
        (Err(error), _, _) => Err(RouterError::Tls(error.to_string())),
        (Ok(_), None, _) => Err(RouterError::Tls("no certificate was shown".into())),
    }
}

/// The certificate that a router shows now, for a person to confirm.
pub async fn fingerprint_of(address: SocketAddr, patience: Duration) -> Result<Fingerprint, RouterError> {
    let ask = async {
        let stream = TcpStream::connect(address).await.map_err(|error| RouterError::Unreachable(error.kind()))?;
        shake_hands(stream, address, None).await.map(|(_, shown)| shown)
    };
    tokio::time::timeout(patience, ask).await.unwrap_or(Err(RouterError::Silent))
}
