use super::*;
#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_memory_store_keeps_the_laws() {
    laws::all(std::sync::Arc::new(MemoryFactors::new())).await;
}
