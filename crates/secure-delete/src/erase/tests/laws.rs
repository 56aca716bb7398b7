use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_keeps_every_law() {
    crate::erase::laws::all(Arc::new(MemoryObjectKeys::new())).await;
}

#[tokio::test]
async fn flood_a_full_store_takes_no_further_object_and_still_erases() {
    let store = MemoryObjectKeys::new();
    let key = |n: usize| KeptKey {
        object: object(&format!("object-{n}")),
        wrap: Wrap::new(vec![1]).unwrap(),
        fingerprint: KeyFingerprint::from_bytes([0; 16]),
        created_at: stockade_testkit::TEST_START,
        expires_at: None,
    };
    for n in 0..MemoryObjectKeys::MAX_OBJECTS {
        assert_eq!(store.keep(key(n)).await.unwrap(), Keeping::Kept);
    }
    let full = store.keep(key(MemoryObjectKeys::MAX_OBJECTS)).await.unwrap_err();
    assert_eq!(full.kind(), stockade_core::StoreErrorKind::Unavailable);
    assert_eq!(store.keep(key(7)).await.unwrap(), Keeping::Exists);
    let erased = store.erase(&object("object-7"), Cause::Requested, stockade_testkit::TEST_START).await;
    assert!(matches!(erased.unwrap(), Erasing::Erased(_)));
}
