use super::HealthDetail;
use super::snapshot::answer;
use crate::{Client, Path, Rejection, RequestName, Require};
use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::StatusCode;
use http::request::Parts;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use stockade_core::{
    Action, ClientInfo, Clock, Entropy, Event, Outcome, Principal, Problem, Recorder, RequestId, Resource,
};
use stockade_provider_health::{Overlay, Pool, Provider, ProviderName};
use stockade_rbac::{NamedPermission, Permission, Policy};

/// `provider:read`: may see the full numbers of the upstreams.
#[derive(Debug)]
pub struct ReadProviders;

impl NamedPermission for ReadProviders {
    const PERMISSION: Permission = Permission::literal("provider:read");
}

/// `provider:operate`: may force an upstream up or down, drain it, and set it back.
#[derive(Debug)]
pub struct OperateProviders;

impl NamedPermission for OperateProviders {
    const PERMISSION: Permission = Permission::literal("provider:operate");
}

/// What becomes of an order that cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnrecorded {
    /// It is refused with 503: whoever can stop the recorder gives no orders in the dark. The default.
    #[default]
    Refuse,
    /// It is carried out, and the failure goes to the process log: an operator can take an upstream out while the recorder's
    /// store is down too.
    CarryOut,
}

/// Who carries out orders over a pool, and where they are recorded. `Clone` gives another handle.
#[derive(Clone)]
pub struct ProviderOrders {
    pool: Pool,
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    on_unrecorded: OnUnrecorded,
}

impl ProviderOrders {
    /// Orders over `pool`, recorded by `recorder`.
    #[must_use]
    pub fn new(
        pool: Pool,
        recorder: Arc<dyn Recorder>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { pool, recorder, clock, entropy, on_unrecorded: OnUnrecorded::default() }
    }

    /// Says what becomes of an order that cannot be recorded.
    #[must_use]
    pub fn on_unrecorded(mut self, policy: OnUnrecorded) -> Self {
        self.on_unrecorded = policy;
        self
    }

    async fn give(
        &self,
        caller: &Principal,
        from: Origin,
        name: &ProviderName,
        order: Order,
    ) -> Result<(), Rejection> {
        let provider = self.pool.named(name.as_str()).ok_or_else(Problem::not_found)?;
        let event = Event::new(self.clock.now(), &*self.entropy, order.action(), Outcome::Success)
            .map_err(|_| Problem::internal())?
            .by_principal(caller)
            .from(from.client)
            .in_request(from.request_id)
            .on(Resource::new("provider", name))
            .with("state_before", provider.status().state.to_string());
        // Recorded first: carrying it out cannot fail.
        match (self.recorder.record(event).await, self.on_unrecorded) {
            (Ok(()), _) => {}
            (Err(error), OnUnrecorded::Refuse) => return Err(Rejection::of(&error)),
            (Err(error), OnUnrecorded::CarryOut) => {
                tracing::error!(action = %order.action(), provider = %name, %error, "an order could not be recorded");
            }
        }
        order.carry_out(provider);
        Ok(())
    }
}

impl fmt::Debug for ProviderOrders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderOrders")
            .field("pool", &self.pool)
            .field("on_unrecorded", &self.on_unrecorded)
            .finish_non_exhaustive()
    }
}

/// The operation of upstreams, under `/v1/admin/providers`: to see them for who holds [`ReadProviders`], the rest for who holds
/// [`OperateProviders`].
///
/// | route | answer | event |
/// |---|---|---|
/// | `GET` | 200, the full snapshot of [`health_router`](super::health_router) | |
/// | `POST {name}/force-up` | 204 | `provider.force_up` |
/// | `POST {name}/force-down` | 204 | `provider.force_down` |
/// | `POST {name}/drain` | 204 | `provider.drain` |
/// | `POST {name}/release` | 204: ends an order; what its calls show stands again | `provider.release` |
/// | `POST {name}/reset` | 204: no order, and healthy | `provider.reset` |
///
/// A name that nobody has is 404. Orders hold in this process and until it ends; other instances are given theirs.
pub fn provider_admin_router<S>(orders: ProviderOrders) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Policy>: FromRef<S>,
{
    let routes = Router::new()
        .route("/", get(list))
        .route("/{name}/force-up", post(force_up))
        .route("/{name}/force-down", post(force_down))
        .route("/{name}/drain", post(drain))
        .route("/{name}/release", post(release))
        .route("/{name}/reset", post(reset))
        .layer(Extension(orders));
    Router::new().nest("/v1/admin/providers", routes)
}

async fn list(_: Require<ReadProviders>, Extension(orders): Extension<ProviderOrders>) -> Response {
    answer(&orders.pool, HealthDetail::Full)
}

type Operator = Require<OperateProviders>;
type Orders = Extension<ProviderOrders>;
type Done = Result<StatusCode, Rejection>;

async fn force_up(by: Operator, orders: Orders, from: Origin, name: Path<ProviderName>) -> Done {
    carry_out(&by, &orders, from, &name, Order::ForceUp).await
}

async fn force_down(by: Operator, orders: Orders, from: Origin, name: Path<ProviderName>) -> Done {
    carry_out(&by, &orders, from, &name, Order::ForceDown).await
}

async fn drain(by: Operator, orders: Orders, from: Origin, name: Path<ProviderName>) -> Done {
    carry_out(&by, &orders, from, &name, Order::Drain).await
}

async fn release(by: Operator, orders: Orders, from: Origin, name: Path<ProviderName>) -> Done {
    carry_out(&by, &orders, from, &name, Order::Release).await
}

async fn reset(by: Operator, orders: Orders, from: Origin, name: Path<ProviderName>) -> Done {
    carry_out(&by, &orders, from, &name, Order::Reset).await
}

async fn carry_out(
    by: &Operator,
    orders: &Orders,
    from: Origin,
    name: &Path<ProviderName>,
    order: Order,
) -> Done {
    orders.give(by.principal(), from, &name.0, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Clone, Copy)]
enum Order {
    ForceUp,
    ForceDown,
    Drain,
    Release,
    Reset,
}

impl Order {
    const fn action(self) -> Action {
        Action::named(match self {
            Self::ForceUp => "provider.force_up",
            Self::ForceDown => "provider.force_down",
            Self::Drain => "provider.drain",
            Self::Release => "provider.release",
            Self::Reset => "provider.reset",
        })
    }

    fn carry_out(self, provider: &Provider) {
        match self {
            Self::ForceUp => provider.force(Some(Overlay::ForcedUp)),
            Self::ForceDown => provider.force(Some(Overlay::ForcedDown)),
            Self::Drain => provider.drain(),
            Self::Release => provider.force(None),
            Self::Reset => provider.reset(),
        }
    }
}

/// Where an order comes from, as the layers found it.
struct Origin {
    client: ClientInfo,
    request_id: Option<RequestId>,
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Client(client) = Client::from_request_parts(parts, state).await?;
        let RequestName(request_id) = RequestName::from_request_parts(parts, state).await?;
        Ok(Self { client, request_id })
    }
}
