//! The handler behind axum-login, tower-sessions with its SQLite store, and tower_governor.

use crate::Failure;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use axum_login::tower_sessions::SessionManagerLayer;
use axum_login::{AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, UserId, login_required};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_sessions_sqlx_store::SqliteStore;
use tower_sessions_sqlx_store::sqlx::SqlitePool;
use tower_sessions_sqlx_store::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};

/// As many as `compare serve` uses.
const WORKERS: usize = 2;

/// Serves on a free loopback port until it is killed. Says on standard output which header signs a request in, and where it
/// listens.
pub(crate) fn run(folder: &Path) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
    runtime.block_on(async {
        let app = app(&folder.join("sessions.db")).await?;
        let cookie = sign_in(app.clone()).await?;
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("header {COOKIE}: {cookie}");
        println!("listening on http://{}", listener.local_addr()?);
        Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
    })
}

async fn app(database: &Path) -> Result<Router, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let store = SqliteStore::new(SqlitePool::connect_with(options).await?);
    store.migrate().await?;
    let auth = AuthManagerLayerBuilder::new(Backend::default(), SessionManagerLayer::new(store)).build();

    // A million requests a second from one address: never reached, so that the decision is measured and not the refusal.
    let limits = GovernorConfigBuilder::default()
        .per_nanosecond(1_000)
        .burst_size(1_000_000)
        .finish()
        .ok_or("the limit is refused")?;

    Ok(Router::new()
        .route("/hello", get(async || "hello"))
        .route_layer(login_required!(Backend))
        .route("/login", post(login))
        .layer(auth)
        .layer(GovernorLayer::new(limits)))
}

async fn login(mut session: AuthSession<Backend>) -> StatusCode {
    let Ok(Some(user)) = session.authenticate(()).await else { return StatusCode::UNAUTHORIZED };
    match session.login(&user).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn sign_in(app: Router) -> Result<String, Failure> {
    let peer = ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let response = app.oneshot(Request::post("/login").extension(peer).body(Body::empty())?).await?;
    let cookie = response.headers().get(SET_COOKIE).ok_or("signing in gave no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or(cookie).to_owned())
}

/// Users in a map, as in the crate's own first example: the cheapest that a backend can be.
#[derive(Debug, Clone)]
struct Backend {
    users: Arc<HashMap<i64, User>>,
}

#[derive(Debug, Clone)]
struct User {
    id: i64,
    password_hash: Vec<u8>,
}

impl Default for Backend {
    fn default() -> Self {
        Self { users: Arc::new(HashMap::from([(1, User { id: 1, password_hash: vec![7; 97] })])) }
    }
}

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.password_hash
    }
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = ();
    type Error = Infallible;

    async fn authenticate(&self, (): ()) -> Result<Option<User>, Infallible> {
        Ok(self.users.get(&1).cloned())
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<User>, Infallible> {
        Ok(self.users.get(id).cloned())
    }
}
