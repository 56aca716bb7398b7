//! Upstreams behind TLS: whose certificate is believed, and what becomes of the others.

use crate::harness::gateway::{Gateway, events};
use crate::harness::upstream::{Manner, Upstream};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Of a server of this name.
    fn server(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn file(&self) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, self.0.pem()).unwrap();
        (folder, file)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v12_3_2_a_certificate_that_is_not_believed_counts_as_no_connection_and_another_is_asked() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let forged = Upstream::start_over("forged", Manner::Good, Some(theirs.server("127.0.0.1"))).await;
    let misnamed = Upstream::start_over("misnamed", Manner::Good, Some(ours.server("127.0.0.2"))).await;
    let plain = Upstream::start("plain", Manner::Good).await;
    let good = Upstream::start_over("good", Manner::Good, Some(ours.server("127.0.0.1"))).await;
    let (_folder, file) = ours.file();
    // Names `https` where nobody speaks it.
    let downgraded = plain.flag().replace("http:", "https:");
    let gateway = Gateway::start_with(&[&forged, &misnamed, &good], |launch| {
        launch.args(["--upstream", &downgraded]).arg("--upstream-ca").arg(&file)
    });
    let admin = gateway.admin().await;
    let client = gateway.client();
    for name in ["forged", "misnamed", "plain"] {
        for n in 0.. {
            let answer = client.completion(&admin.access).await.expect(200);
            assert_eq!(answer.header("x-provider"), "good");
            let stats = client.provider(&admin.access, name).await;
            if stats["failures"].as_u64().unwrap() > 0 {
                break;
            }
            assert!(n < 200, "{name} was never asked: {stats}");
        }
    }
    let streamed = client.streamed(&admin.access).await.expect(200);
    assert_eq!(events(&streamed).last().unwrap().1, "[DONE]");
    for none in [&forged, &misnamed] {
        assert_eq!(none.requests(), 0, "no key or prompt reached {}", none.name);
    }
    assert!(plain.heads().is_empty(), "nothing was sent in the clear");
    assert!(good.requests() > 0);
}
