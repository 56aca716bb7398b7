//! Keys: what is published, and what lies on the disk.

use crate::harness::hello::Hello;
use crate::harness::oracle;
use jsonwebtoken::jwk::JwkSet;
use serde_json::json;

#[tokio::test]
async fn asvs_v9_1_1_access_tokens_verify_with_the_published_keys_and_nothing_else() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let answer = client.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let jwks: JwkSet = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(jwks.keys.len(), 1);

    let claims = oracle::verify(&ada.access, &jwks).unwrap();
    assert_eq!(claims["sub"], client.me(&ada.access).await.json()["id"]);
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 900);
    assert_eq!(claims["roles"], json!(["admin"]));
    assert!(oracle::open(&ada.access).0.contains(r#""typ":"at+jwt""#));

    let (header, payload) = oracle::open(&ada.access);
    let forged = oracle::sign(&header, &payload, &oracle::ed25519(&[7; 32]), jsonwebtoken::Algorithm::EdDSA);
    assert!(oracle::verify(&forged, &jwks).is_err(), "the oracle can say no");
}

#[tokio::test]
async fn asvs_v14_2_6_the_published_document_has_public_members_only() {
    let hello = Hello::start();
    let jwks = hello.client().get("/.well-known/jwks.json").send().await.expect(200).json();
    let key = jwks["keys"][0].as_object().unwrap();
    let members: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
}

#[cfg(unix)]
#[tokio::test]
async fn asvs_v13_3_2_what_lies_on_the_disk_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let hello = Hello::start();
    hello.client().join("ada@example.org").await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&hello.data()), 0o700);
    let files: Vec<_> = std::fs::read_dir(hello.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    for name in
        ["hello.db", "keyring.toml", "pepper.sealed", "refresh.sealed", "signing.sealed", "unlock.key"]
    {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name} is missing in {files:?}");
    }
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
