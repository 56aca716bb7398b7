//! Uploads that come all at once, too large, or not to their end.

use crate::harness::client::raw;
use crate::harness::clinic::{Clinic, MAX_IMAGE, picture};
use std::time::Duration;
use tokio::task::JoinSet;

impl Clinic {
    fn image_files(&self) -> Vec<std::path::PathBuf> {
        let images = self.data().join("images");
        self.files().into_iter().filter(|file| file.starts_with(&images)).collect()
    }

    /// Waits until what a broken upload began is gone.
    async fn assert_image_files(&self, count: usize) {
        for _ in 0..100 {
            if self.image_files().len() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not {count} files: {:?}", self.image_files());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn race_uploads_at_once_are_each_whole_and_each_their_own() {
    let clinic = Clinic::start().await;
    let patients = [clinic.admin.admit("MRN-1").await, clinic.admin.admit("MRN-2").await];
    let mut racers = JoinSet::new();
    for n in 0..16_u16 {
        let staff = clinic.admin.at(clinic.client_number(n));
        let patient = patients[usize::from(n % 2)].clone();
        racers.spawn(async move {
            let bytes = picture(n.into(), 50_000 + 20_000 * usize::from(n));
            let image = staff.upload(&patient, bytes.clone()).await;
            (patient, image, bytes)
        });
    }
    for (patient, image, bytes) in racers.join_all().await {
        let read = clinic.admin.image(&patient, &image).await.expect(200);
        assert!(read.body == bytes, "{image}");
    }
    clinic.assert_image_files(16).await;
}

#[tokio::test]
async fn truncation_an_upload_cut_in_the_middle_leaves_nothing() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let head = |length: &str| {
        format!(
            "POST /v1/patients/{patient}/images HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\n{length}\r\n\r\n",
            clinic.admin.tokens.access
        )
    };
    let bytes = picture(3, 200_000);
    for (name, request) in [
        ("announced", [head("content-length: 300000").into_bytes(), bytes.clone()].concat()),
        (
            "chunked",
            [
                head("transfer-encoding: chunked").into_bytes(),
                b"30d40\r\n".to_vec(),
                bytes.clone(),
                b"\r\n".to_vec(),
            ]
            .concat(),
        ),
    ] {
        cut(&clinic, &request).await;
        clinic.assert_image_files(0).await;
        assert!(clinic.admin.log("action=image.create&outcome=success&").await.is_empty(), "{name}");
    }
    // The next one finds everything as it should be.
    let image = clinic.admin.upload(&patient, bytes.clone()).await;
    assert!(clinic.admin.image(&patient, &image).await.expect(200).body == bytes);
}

/// Sends `request` and hangs up.
async fn cut(clinic: &Clinic, request: &[u8]) {
    use tokio::io::AsyncWriteExt;

    let mut stream = tokio::net::TcpStream::connect(clinic.service.addr()).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream.flush().await.unwrap();
    // Long enough that the server is in the middle of it.
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test]
async fn asvs_v5_2_1_flood_an_image_that_is_too_large_is_413_announced_or_not() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let token = &clinic.admin.tokens.access;
    let announced = format!(
        "POST /v1/patients/{patient}/images HTTP/1.1\r\nhost: test\r\nconnection: close\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
        MAX_IMAGE + 1
    );
    let answer = raw(&clinic.service, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "before a byte of it has come: {answer}");
    assert!(answer.contains("image_too_large"), "{answer}");

    let mut chunked = format!(
        "POST /v1/patients/{patient}/images HTTP/1.1\r\nhost: test\r\nconnection: close\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
        MAX_IMAGE + 1
    )
    .into_bytes();
    chunked.extend(picture(1, MAX_IMAGE + 1));
    let answer = raw(&clinic.service, &chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    clinic.assert_image_files(0).await;

    let largest = picture(1, MAX_IMAGE);
    let image = clinic.admin.upload(&patient, largest.clone()).await;
    assert!(clinic.admin.image(&patient, &image).await.expect(200).body == largest);
}

#[tokio::test]
async fn an_image_of_nothing_is_refused() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    clinic.admin.sending_image(&patient, Vec::new()).send().await.expect_error(400, "image_empty");
    clinic.assert_image_files(0).await;
}
