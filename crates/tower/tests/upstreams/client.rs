//! A real client, several upstreams, and the pool between.

use crate::faulty::{Manner, Upstream};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error, ResponseFuture, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::{Clock, SystemClock, SystemEntropy};
use stockade_provider_health::{
    Config, Member, Pool, PoolConfig, Provider, ProviderName, Stats, Strategy, TokioTimer,
};
use stockade_tower::{Failover, FailoverBody, HttpClassifier};
use tower::{Service, ServiceExt};

/// One upstream's client.
#[derive(Clone)]
pub(crate) struct To {
    client: Client<HttpConnector, Full<Bytes>>,
    addr: SocketAddr,
}

impl Service<Request<Full<Bytes>>> for To {
    type Response = Response<Incoming>;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Full<Bytes>>) -> ResponseFuture {
        let path = request.uri().path_and_query().unwrap().clone();
        let authority = self.addr.to_string();
        let uri = Uri::builder().scheme("http").authority(authority).path_and_query(path).build().unwrap();
        *request.uri_mut() = uri;
        self.client.request(request)
    }
}

pub(crate) type Answer = Response<FailoverBody<Incoming>>;
pub(crate) type Gateway = Failover<To, HttpClassifier, Full<Bytes>>;

/// Upstreams of falling priority, and a service over them.
pub(crate) struct Setup {
    pub(crate) upstreams: Vec<Upstream>,
    pub(crate) gateway: Gateway,
    clients: Vec<To>,
}

pub(crate) type Failed = stockade_tower::FailoverError<Error>;

impl Setup {
    pub(crate) async fn of(manners: impl IntoIterator<Item = Manner>) -> Self {
        let mut upstreams = Vec::new();
        for manner in manners {
            upstreams.push(Upstream::start(manner).await);
        }
        Self::over(upstreams, PoolConfig::default())
    }

    pub(crate) fn over(upstreams: Vec<Upstream>, config: PoolConfig) -> Self {
        Self::timed(upstreams, config, Arc::new(SystemClock::new()))
    }

    pub(crate) fn timed(upstreams: Vec<Upstream>, config: PoolConfig, clock: Arc<dyn Clock>) -> Self {
        let member = |index: usize| {
            let name = ProviderName::new(format!("upstream-{index}")).unwrap();
            let provider = Provider::new(name, Config::default(), clock.clone(), &SystemEntropy).unwrap();
            Member::new(provider).tier(u8::try_from(index).unwrap())
        };
        let members = (0..upstreams.len()).map(member).collect();
        let pool = Pool::new(config, Strategy::default(), members, clock.clone(), &SystemEntropy).unwrap();
        let client = Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http();
        let clients: Vec<_> =
            upstreams.iter().map(|one| To { client: client.clone(), addr: one.addr }).collect();
        let classifier = HttpClassifier::new(clock.clone());
        let gateway = Failover::new(pool, clients.clone(), classifier, clock, TokioTimer).unwrap();
        Self { upstreams, gateway, clients }
    }

    /// One for each upstream, in their order.
    pub(crate) fn clients(&self) -> Vec<To> {
        self.clients.clone()
    }

    pub(crate) async fn get(&self) -> Result<Answer, Failed> {
        self.gateway.clone().oneshot(Request::get("/v1").body(Full::default()).unwrap()).await
    }

    pub(crate) async fn post(&self) -> Result<Answer, Failed> {
        let body = Full::from(r#"{"question":1}"#);
        self.gateway.clone().oneshot(Request::post("/v1").body(body).unwrap()).await
    }

    pub(crate) fn stats(&self, index: usize) -> Stats {
        self.provider(index).stats()
    }

    pub(crate) fn provider(&self, index: usize) -> &Provider {
        self.gateway.pool().provider(index).unwrap()
    }
}

/// How long what never answers is waited for. Whatever does answer has it before.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn patient() -> PoolConfig {
    PoolConfig { attempt_at_most: Some(PATIENCE), ..PoolConfig::default() }
}

pub(crate) async fn text(answer: Answer) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

pub(crate) const GOOD: &str = r#"{"good":true}"#;
