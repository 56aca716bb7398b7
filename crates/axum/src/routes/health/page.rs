//! The live page: a table that reads itself anew.

use super::HealthDetail;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use std::fmt::{self, Write};
use std::time::Duration;
use stockade_provider_health::Stats;

pub(super) const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;\
    color-scheme:light dark}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem;\
    border-bottom:1px solid #8884}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
    .healthy{color:#1a7f37}.degraded{color:#9a6700}.probing{color:#0969da}.unhealthy{color:#cf222e}";

/// Nothing may be loaded, run, sent or framed; the one style that is allowed is [`STYLE`], by its SHA-256, which a test computes.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'sha256-zjfPdAq5ahRgfLBMMqHQynibxtICFOhhUBQ5Dbg15Uw='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn answer(stats: &[Stats], detail: HealthDetail) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Page { stats, detail }.to_string()).into_response()
}

struct Page<'a> {
    stats: &'a [Stats],
    detail: HealthDetail,
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = self.detail == HealthDetail::Full;
        write!(
            f,
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"2\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>Providers</title><style>{STYLE}</style></head>\
             <body><h1>Providers</h1><table><thead><tr><th>Name</th><th>State</th><th>Asked</th><th class=\"n\">Opens in</th>"
        )?;
        if full {
            for column in ["Calls", "Failed", "p50", "p95", "p99", "Under way"] {
                write!(f, "<th class=\"n\">{column}</th>")?;
            }
        }
        f.write_str("</tr></thead><tbody>")?;
        for stats in self.stats {
            row(f, stats, full)?;
        }
        f.write_str("</tbody></table></body></html>")
    }
}

/// What is written is numbers, words of this library, and names, whose alphabet has nothing that HTML would heed.
fn row(f: &mut fmt::Formatter<'_>, stats: &Stats, full: bool) -> fmt::Result {
    let status = &stats.status;
    let asked = if status.available { "yes" } else { "no" };
    write!(
        f,
        "<tr><td>{}</td><td class=\"{}\">{}</td><td>{asked}</td>",
        stats.name, status.state.phase, status.state
    )?;
    cell(f, status.open_for.map(|span| format!("{} s", span.as_secs())))?;
    if full {
        cell(f, Some(stats.calls.to_string()))?;
        cell(f, Some(format!("{:.1} %", stats.failure_rate * 100.0)))?;
        for percentile in [stats.p50, stats.p95, stats.p99] {
            cell(f, percentile.map(millis))?;
        }
        cell(f, Some(stats.in_flight.to_string()))?;
    }
    f.write_str("</tr>")
}

fn cell(f: &mut impl Write, text: Option<String>) -> fmt::Result {
    write!(f, "<td class=\"n\">{}</td>", text.as_deref().unwrap_or("–"))
}

fn millis(span: Duration) -> String {
    format!("{:.1} ms", span.as_secs_f64() * 1000.0)
}
