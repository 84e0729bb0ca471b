//! The web side, put together: pages and server functions of `app`, the few plain routes beside them, files, and the
//! layers around everything.

mod address;
#[cfg(test)]
mod another_network;
mod api;
mod books;
mod documents;
#[cfg(test)]
mod documents_ask_too;
mod downloads;
mod drawn;
#[cfg(test)]
mod drawn_forms;
#[cfg(test)]
mod every_answer_is_safe;
mod files;
#[cfg(test)]
mod forms_change_nothing;
mod headers;
mod health;
#[cfg(test)]
mod house;
mod live;
mod people;
mod rates;
#[cfg(test)]
mod rights_of_every_endpoint;
#[cfg(test)]
mod rights_of_every_page;
#[cfg(test)]
mod routes_are_visited;
#[cfg(test)]
mod script_text_is_inert;
#[cfg(test)]
mod trust_over_http;
mod uploads;
mod usage;
mod visit;
mod without;

pub use live::Live;
pub use rates::Limits;

use crate::config::Config;
use anyhow::{Context, Result};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use domain::trust::Network;
use leptos::config::{LeptosOptions, get_configuration};
use rates::Rates;
use services::Services;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// What the plain routes work with.
#[derive(Clone)]
pub struct Web {
    pub services: Services,
    pub options: LeptosOptions,
    pub platform_hosts: Arc<Vec<String>>,
    pub https: bool,
    /// Proxies whose word on the visitor's address is taken.
    pub trusted_proxies: Arc<Vec<Network>>,
    /// Names the build in every page.
    pub build: Arc<str>,
    pub live: Live,
    pub rates: Rates,
}

impl axum::extract::FromRef<Web> for LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        web.options.clone()
    }
}

/// `live` ends the streams of open pages when the server stops.
pub fn router(services: &Services, config: &Config, live: &Live) -> Result<Router> {
    Ok(router_with(services, config, leptos_options()?, live))
}

fn router_with(services: &Services, config: &Config, options: LeptosOptions, live: &Live) -> Router {
    let web = Web {
        services: services.clone(),
        platform_hosts: Arc::new(config.platform_hosts.clone()),
        https: config.https,
        trusted_proxies: Arc::new(config.trusted_proxies.clone()),
        build: files::build_name(&options).into(),
        options: options.clone(),
        live: live.clone(),
        rates: Rates::new(config.rate_limits),
    };
    // Rendering asks for it; a second call changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let behind_session = Router::new()
        .route("/imports/upload", post(uploads::import).layer(uploads::limit()))
        .route("/imports/{id}/problems.csv", get(downloads::import_problems_csv))
        .route("/imports/{id}/problems.xlsx", get(downloads::import_problems_xlsx))
        .route("/routers/backups/{file}", get(downloads::router_export))
        .route("/customers/export.csv", get(downloads::customers_csv))
        .route("/billing/rehearsals/{id}/rows.csv", get(downloads::rehearsal_csv))
        .merge(books::routes())
        .route("/usage/{service}/{file}", get(usage::graph))
        .route("/radius/online/events", get(live::online))
        .route("/routers/{id}/events", get(live::router))
        .route("/documents/logo", post(documents::put_logo).layer(documents::limit()))
        .route("/prints/{id}/file", get(documents::batch_file))
        .route("/pay/{code}", get(documents::linked))
        .route("/receipt/{code}", get(documents::linked))
        .route("/preferences", post(people::preferences))
        .route("/sign-in", get(drawn::page).post(people::sign_in))
        .route("/sign-in/code", get(drawn::page).post(people::give_code))
        .route("/sign-in/confirm", get(drawn::page).post(people::confirm_network))
        .route("/sign-in/enrol", get(drawn::page).post(people::finish_enrolment))
        .route("/sign-in/forgot", get(drawn::page).post(without::ask_reset))
        .route("/sign-in/mobile", get(drawn::page).post(without::by_mobile))
        .route("/sign-in/reset", get(drawn::page).post(without::reset))
        .route("/sign-in/password", get(drawn::page).post(people::choose_password))
        .route("/sign-out", post(people::sign_out))
        .route("/leave", post(people::leave))
        .route("/api/{*function}", get(leptos_axum::handle_server_fns).post(leptos_axum::handle_server_fns))
        .fallback(drawn::page)
        .layer(from_fn_with_state(web.clone(), documents::files))
        .layer(from_fn_with_state(web.clone(), drawn::functions))
        .layer(from_fn(people::send_to_sign_in))
        .layer(from_fn_with_state(web.clone(), rates::people))
        .layer(from_fn_with_state(web.clone(), visit::recognise))
        .layer(from_fn(headers::same_origin_only));
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/health/schedule", get(health::schedule))
        .route(&format!("/{}", app::drawn::script_name()), get(drawn::script))
        .route("/client-fault", post(health::client_fault))
        .merge(files::routes(&options))
        .merge(api::routes())
        .merge(behind_session)
        .layer(from_fn(headers::safe_headers))
        .layer(from_fn_with_state(web.clone(), address::find))
        // A fault in one page is that page's, never the process's.
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .with_state(web)
}

/// From Leptos.toml beside the program's working folder, and from `LEPTOS_*` variables.
fn leptos_options() -> Result<LeptosOptions> {
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    let configuration = get_configuration(file).context("Leptos.toml")?;
    Ok(configuration.leptos_options)
}
