use crate::{Caller, Client, Json, Path, Rejection, RequestName};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use http::request::Parts;
use http::{HeaderName, StatusCode};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use stockade_core::{Problem, Secret, SessionId, SubjectId};
use stockade_flows::{
    AccountView, Auth, Call, LoginRequest, RevokedSession, SessionView, SignUpRequest, TokenPair,
};

/// The account routes of a service, all under `/v1/auth`. Bodies are JSON; every refusal is the error envelope.
///
/// | route | body | answer |
/// |---|---|---|
/// | `POST signup` | `{name, email, password}` | 202, or without a notifier 201 `{id}` |
/// | `POST login` | `{email, password}` | 200 `{access_token, refresh_token, token_type, expires_in}` |
/// | `POST refresh` | `{refresh_token}` | 200, as for `login` |
/// | `POST logout` | `{refresh_token}` | 204, also for a token that is not good |
/// | `POST logout-all` | | 204 |
/// | `GET me` | | 200 `{id, name, email, roles, created_at}` |
/// | `GET sessions` | | 200 `{sessions: [{id, client, created_at, last_seen_at, expires_at, current}]}` |
/// | `DELETE sessions/{id}` | | 204, or 404 for a session that is not the caller's |
///
/// The last four need an access token: the router must stand behind an `AuthenticateLayer` over the same
/// [`Auth::authenticator`]. Tokens are never taken from the query string (ASVS 14.2.1).
pub fn auth_router<S>(auth: Auth) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let routes = Router::new()
        .route("/signup", post(sign_up))
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/logout", post(logout))
        .route("/logout-all", post(logout_all))
        .route("/me", get(me))
        .route("/sessions", get(sessions))
        .route("/sessions/{id}", delete(revoke_session))
        .layer(Extension(auth));
    Router::new().nest("/v1/auth", routes)
}

type Answer<T> = Result<T, Rejection>;

async fn sign_up(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<SignUpRequest>,
) -> Answer<Response> {
    let outcome = auth.sign_up.run(request, &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(match outcome.into_result()? {
        Some(id) => (StatusCode::CREATED, Json(SignedUp { id })).into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    })
}

async fn login(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<LoginRequest>,
) -> Answer<Json<Tokens>> {
    let outcome = auth.login.run(request, &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(Tokens::from(&outcome.into_result()?)))
}

async fn refresh(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<WithRefreshToken>,
) -> Answer<Json<Tokens>> {
    let outcome = auth.refresh.run(request.refresh_token.expose(), &call).await;
    Ok(Json(Tokens::from(&outcome.map_err(|error| Rejection::of(&error))?.into_result()?)))
}

async fn logout(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<WithRefreshToken>,
) -> Answer<Response> {
    let token = request.refresh_token;
    auth.logout.run(token.expose(), &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(signed_out())
}

async fn logout_all(
    Extension(auth): Extension<Auth>,
    Caller(caller): Caller,
    CallFrom(call): CallFrom,
) -> Answer<Response> {
    auth.logout_all.run(&caller, &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(signed_out())
}

async fn me(Extension(auth): Extension<Auth>, Caller(caller): Caller) -> Answer<Json<AccountView>> {
    let view = auth.me.run(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(view.ok_or_else(Problem::unauthenticated)?))
}

async fn sessions(Extension(auth): Extension<Auth>, Caller(caller): Caller) -> Answer<Json<SessionList>> {
    let sessions = auth.sessions.list(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(SessionList { sessions }))
}

async fn revoke_session(
    Extension(auth): Extension<Auth>,
    Caller(caller): Caller,
    CallFrom(call): CallFrom,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    match auth.sessions.revoke(&caller, id, &call).await.map_err(|error| Rejection::of(&error))? {
        RevokedSession::Over => Ok(StatusCode::NO_CONTENT),
        RevokedSession::NotFound => Err(Problem::not_found().into()),
    }
}

/// ASVS 14.3.1: a browser that signs out forgets what it kept for this origin.
fn signed_out() -> Response {
    const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
    (StatusCode::NO_CONTENT, [(CLEAR_SITE_DATA, r#""cache", "cookies", "storage""#)]).into_response()
}

/// Where a request comes from, as the layers found it.
struct CallFrom(Call);

impl<S: Send + Sync> FromRequestParts<S> for CallFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Client(client) = Client::from_request_parts(parts, state).await?;
        let RequestName(request_id) = RequestName::from_request_parts(parts, state).await?;
        Ok(Self(Call::new(client, request_id)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithRefreshToken {
    refresh_token: Secret<String>,
}

#[derive(Serialize)]
struct SignedUp {
    id: SubjectId,
}

#[derive(Serialize)]
struct SessionList {
    sessions: Vec<SessionView>,
}

/// RFC 6749 §5.1. The one place where tokens are written out.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    refresh_token: String,
    token_type: &'static str,
    expires_in: u64,
}

impl From<&TokenPair> for Tokens {
    fn from(pair: &TokenPair) -> Self {
        Self {
            access_token: pair.access_token.expose().clone(),
            refresh_token: pair.refresh_token.expose().clone(),
            token_type: "bearer",
            expires_in: pair.expires_in.as_secs(),
        }
    }
}
