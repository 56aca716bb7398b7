//! What remembering the standing of sessions is worth.

use super::{LeftOut, Plan};
use crate::Failure;
use crate::http::{self, Load, SIGNED_IN, credential};
use crate::measure::in_turn;
use crate::row::{Row, Unit};
use stockade_testkit::{Service, servers};

/// Requests of one signed-in user, with the standing remembered for 5 seconds as by default, against asking Postgres each time.
pub(super) fn check(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let install = "apt-get install postgresql";
    let Some(postgres) = servers::postgres() else {
        return Err(LeftOut::NotInstalled { peer: "postgresql", install }.into());
    };
    let database = postgres.empty_database()?;
    let url = database.url();
    let serve = |staleness: &str| {
        let program = std::env::current_exe()?;
        Ok::<_, Failure>(Service::launch(program).args(["serve-sessions", url.as_str(), staleness]).start()?)
    };
    let (remembering, asking) = (serve("5000")?, serve("0")?);
    let load = |server: &Service| {
        let request = http::Request::get(SIGNED_IN, &credential(server)?, b"hello");
        Ok::<_, Failure>(Load::of(request, server.addr()))
    };
    let (on_remembering, on_asking) = (load(&remembering)?, load(&asking)?);
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, || on_remembering.run(), || on_asking.run())?;
    Ok(Row::new(id, medians, "a store read per request (Postgres)", Unit::RequestsPerSecond, runs))
}
