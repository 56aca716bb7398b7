//! Whose word on an upstream's name is believed.

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes of a file of certificates: all public authorities together take a quarter of it.
const MAX_FILE: u64 = 1024 * 1024;

/// Why there can be no TLS to upstreams.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrustError {
    #[error("`{0}` cannot be read")]
    Read(PathBuf, #[source] std::io::Error),
    #[error("`{0}` is larger than {MAX_FILE} bytes")]
    TooLarge(PathBuf),
    #[error("`{0}` holds no PEM certificate, or one that is none")]
    Certificates(PathBuf),
    #[error("this system has no certificates of authorities: name a file of them with `--upstream-ca`")]
    NoSystem,
    #[error("no TLS")]
    Tls(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 by AWS-LC. Believes the authorities in `file` and no other; without it, those of the system.
pub(crate) fn trusting(file: Option<&Path>) -> Result<ClientConfig, TrustError> {
    config(match file {
        Some(file) => of_file(file)?,
        None => of_system()?,
    })
}

/// For who speaks none.
pub(crate) fn trusting_nobody() -> Result<ClientConfig, TrustError> {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> Result<ClientConfig, TrustError> {
    Ok(ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn of_file(file: &Path) -> Result<RootCertStore, TrustError> {
    let unreadable = |error| TrustError::Read(file.into(), error);
    let mut pem = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(MAX_FILE + 1).read_to_end(&mut pem).map_err(unreadable)?;
    if pem.len() as u64 > MAX_FILE {
        return Err(TrustError::TooLarge(file.into()));
    }
    let wrong = || TrustError::Certificates(file.into());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        // One that is left out would be missed when it is needed.
        roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
    }
    if roots.is_empty() { Err(wrong()) } else { Ok(roots) }
}

fn of_system() -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    // Systems carry relics that cannot be read, for whom nobody asks.
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 { Err(TrustError::NoSystem) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, text).unwrap();
        (folder, file)
    }

    #[test]
    fn a_file_of_authorities_is_taken_whole() {
        let pem = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap().cert.pem();
        let (_folder, file) = written((pem("a.example") + &pem("b.example")).as_bytes());
        assert_eq!(of_file(&file).unwrap().len(), 2);
        assert!(trusting(Some(&file)).is_ok());
    }

    #[test]
    fn truncation_flood_and_confusion_of_a_file_trust_nobody() {
        let pem = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap().cert.pem();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in ["", "hello", broken, &pem[..pem.len() / 2], &(pem.clone() + broken)] {
            let (_folder, file) = written(text.as_bytes());
            assert!(matches!(trusting(Some(&file)), Err(TrustError::Certificates(_))), "{text}");
        }
        let (_folder, file) = written(&vec![b'\n'; MAX_FILE as usize + 1]);
        assert!(matches!(trusting(Some(&file)), Err(TrustError::TooLarge(_))));
        assert!(matches!(trusting(Some(Path::new("/nowhere/ca.pem"))), Err(TrustError::Read(..))));
    }
}
