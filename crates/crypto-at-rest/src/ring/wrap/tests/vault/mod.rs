mod plain;
mod service;
mod tls;

use crate::ring::wrap::VaultTransit;
use service::Service;
use stockade_core::Secret;

fn token() -> Secret<String> {
    Secret::new("hvs.hunter2".to_owned())
}

fn over(service: &Service) -> VaultTransit {
    VaultTransit::over_loopback(&service.base("http"), "ring", token()).unwrap()
}
