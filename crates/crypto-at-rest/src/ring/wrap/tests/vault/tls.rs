use super::service::{Service, Stream, transit};
use super::token;
use crate::ring::wrap::tests::key;
use crate::ring::wrap::{KeyWrapper, VaultTransit, WrapError};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::Write;
use std::process::Command;
use std::sync::Arc;

/// A certificate for 127.0.0.1 and its key, by the `openssl` of the system.
fn certificate(folder: &tempfile::TempDir, name: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let (cert, key) = (folder.path().join(format!("{name}.pem")), folder.path().join(format!("{name}.key")));
    let ran = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=vault", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout".as_ref(), key.as_os_str(), "-out".as_ref(), cert.as_os_str()])
        .output();
    let Ok(output) = ran else {
        assert!(std::env::var_os("CI").is_none(), "openssl is absent");
        // Not `eprintln!`, which the test runner keeps to itself where a test passes.
        let _ = writeln!(std::io::stderr(), "openssl is absent: NOTHING WAS TESTED");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some((std::fs::read(cert).unwrap(), std::fs::read(key).unwrap()))
}

fn over_tls(cert: &[u8], key: &[u8]) -> Service {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(cert).unwrap()],
            PrivateKeyDer::from_pem_slice(key).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let accept = move |tcp| -> Option<Box<dyn Stream>> {
        Some(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), tcp)))
    };
    Service::over(accept, transit)
}

#[test]
fn over_tls_only_the_given_roots_are_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let (Some((ours, ours_key)), Some((theirs, theirs_key))) =
        (certificate(&folder, "ours"), certificate(&folder, "theirs"))
    else {
        return;
    };
    let (vault, impostor) = (over_tls(&ours, &ours_key), over_tls(&theirs, &theirs_key));
    let to = |service: &Service| VaultTransit::new(&service.base("https"), "ring", token(), &ours).unwrap();
    let wrapped = to(&vault).wrap(&key()).unwrap();
    assert_eq!(to(&vault).unwrap(&wrapped).unwrap(), key());
    assert!(matches!(to(&impostor).wrap(&key()), Err(WrapError::Unreachable(_))));
    assert_eq!(impostor.requests(), []);

    // The name in the certificate is the address, and not the machine's name.
    let named = vault.base("https").replace("127.0.0.1", "localhost");
    let named = VaultTransit::new(&named, "ring", token(), &ours).unwrap();
    assert!(matches!(named.wrap(&key()), Err(WrapError::Unreachable(_))));

    // A service without TLS is not fallen back to.
    let plain = Service::transit();
    assert!(matches!(to(&plain).wrap(&key()), Err(WrapError::Unreachable(_))));
    assert_eq!(plain.requests(), []);
}

#[test]
fn roots_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let Some((_, private)) = certificate(&folder, "ours") else { return };
    for pem in
        [&b""[..], b"garbage", b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", &private]
    {
        let vault = VaultTransit::new("https://vault.internal:8200", "ring", token(), pem);
        assert!(matches!(vault, Err(WrapError::Roots)));
    }
}
