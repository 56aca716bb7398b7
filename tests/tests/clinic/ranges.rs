//! Parts of an image.

use crate::harness::client::Answer;
use crate::harness::clinic::{Clinic, Staff, picture};
use serde_json::json;

const CHUNK: usize = 64 * 1024;
const LEN: usize = 3 * CHUNK + 17;

struct Gallery {
    clinic: Clinic,
    bytes: Vec<u8>,
    patient: String,
    image: String,
}

impl Gallery {
    async fn open(len: usize) -> Self {
        let clinic = Clinic::start().await;
        let bytes = picture(7, len);
        let patient = clinic.admin.admit("MRN-1").await;
        let image = clinic.admin.upload(&patient, bytes.clone()).await;
        Self { clinic, bytes, patient, image }
    }

    fn staff(&self) -> &Staff {
        &self.clinic.admin
    }

    async fn ask(&self, range: &str) -> Answer {
        self.staff().getting_image(&self.patient, &self.image).header("range", range).send().await
    }

    #[track_caller]
    fn assert_part(&self, answer: &Answer, range: &str, first: usize, last: usize) {
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(
            answer.header("content-range"),
            format!("bytes {first}-{last}/{}", self.bytes.len()),
            "{range}"
        );
        assert_eq!(answer.header("content-length"), (last - first + 1).to_string(), "{range}");
        assert!(answer.body == self.bytes[first..=last], "{range}: the bytes are those");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_part_is_exactly_the_part_that_was_asked_for() {
    let gallery = Gallery::open(LEN).await;
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=0-15", 0, 15),
        ("bytes=1000-1999", 1000, 1999),
        (&format!("bytes={}-{}", CHUNK - 1, CHUNK), CHUNK - 1, CHUNK),
        (&format!("bytes={}-{}", CHUNK, 2 * CHUNK - 1), CHUNK, 2 * CHUNK - 1),
        (&format!("bytes=5-{}", 3 * CHUNK + 1), 5, 3 * CHUNK + 1),
        (&format!("bytes={}-", LEN - 1), LEN - 1, LEN - 1),
        ("bytes=0-", 0, LEN - 1),
        ("bytes=-1", LEN - 1, LEN - 1),
        ("bytes=-70000", LEN - 70_000, LEN - 1),
        ("bytes=-99999999999999999999999", 0, LEN - 1),
        ("bytes=3-99999999999999999999999", 3, LEN - 1),
    ] {
        let answer = gallery.ask(range).await;
        gallery.assert_part(&answer, range, first, last);
    }
}

#[tokio::test]
async fn a_part_that_is_not_there_is_416_and_names_the_length() {
    let gallery = Gallery::open(LEN).await;
    for range in [
        &format!("bytes={LEN}-"),
        "bytes=99999999999999999999999-",
        "bytes=-0",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=",
        "nonsense",
    ] {
        let answer = gallery.ask(range).await.expect_error(416, "range_not_satisfiable");
        assert_eq!(answer.header("content-range"), format!("bytes */{LEN}"), "{range}");
    }
}

#[tokio::test]
async fn flood_several_ranges_at_once_are_answered_with_one_whole() {
    let gallery = Gallery::open(LEN).await;
    let many = format!("bytes={}0-", "0-,".repeat(1000));
    for range in ["bytes=0-1,5-6", &many, "lines=0-1"] {
        let answer = gallery.ask(range).await.expect(200);
        assert!(answer.body == gallery.bytes);
        assert!(!answer.headers.contains_key("content-range"));
    }
    let conditional = gallery.staff().getting_image(&gallery.patient, &gallery.image);
    let conditional = conditional.header("range", "bytes=0-1").header("if-range", "\"x\"").send().await;
    assert!(conditional.expect(200).body == gallery.bytes);
}

#[tokio::test]
async fn every_boundary_of_every_chunk() {
    for len in [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let gallery = Gallery::open(len).await;
        let whole = gallery.staff().image(&gallery.patient, &gallery.image).await.expect(200);
        assert!(whole.body == gallery.bytes, "{len}");
        let last = gallery.ask("bytes=-1").await;
        gallery.assert_part(&last, "bytes=-1", len - 1, len - 1);
    }
}

#[tokio::test]
async fn reading_a_part_is_recorded_as_that_part() {
    let gallery = Gallery::open(LEN).await;
    gallery.ask("bytes=10-19").await.expect(206);
    gallery.ask("bytes=999999999-").await.expect(416);
    let events = gallery.staff().log("action=image.read&").await;
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(
        (&events[0]["outcome"], &events[0]["reason"]),
        (&json!("failure"), &json!("range_not_satisfiable"))
    );
    assert_eq!((&events[1]["details"]["first"], &events[1]["details"]["bytes"]), (&json!(10), &json!(10)));
    assert_eq!(events[1]["details"]["patient"], json!(gallery.patient));
}
