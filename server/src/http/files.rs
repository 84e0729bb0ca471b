//! The built files: names with a hash in them are kept by browsers for ever, and are sent as they were compressed at
//! build time.

use super::Web;
use axum::Router;
use axum::http::{HeaderValue, header};
use leptos::config::LeptosOptions;
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// `/pkg` (hashed names), `/fonts` and the loose files of `public/`.
pub fn routes(options: &LeptosOptions) -> Router<Web> {
    let root = Path::new(options.site_root.as_ref());
    let folder = |name: &str, cache: &'static str| {
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static(cache)))
            .service(ServeDir::new(root.join(name)).precompressed_br().precompressed_gzip())
    };
    let pkg = options.site_pkg_dir.to_string();
    // Icons, manifest and the like lie loose at the top: known by name, so that they ask no database.
    let loose = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok());
    let named = loose.filter(|name| !name.ends_with(".br") && !name.ends_with(".gz")).fold(Router::new(), |router, name| {
        let file = ServeFile::new(root.join(&name)).precompressed_br().precompressed_gzip();
        let cached = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        router.route_service(&format!("/{name}"), ServiceBuilder::new().layer(cached).service(file))
    });
    named
        .nest_service(&format!("/{pkg}"), folder(&pkg, "public, max-age=31536000, immutable"))
        .nest_service("/fonts", folder("fonts", "public, max-age=31536000, immutable"))
}

/// The hashes of the built files: another build has another name.
pub fn build_name(options: &LeptosOptions) -> String {
    let beside = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf)).unwrap_or_default();
    let hashes = std::fs::read_to_string(beside.join(options.hash_file.as_ref())).unwrap_or_default();
    hashes.lines().find_map(|line| line.strip_prefix("wasm:")).map(|hash| hash.trim().to_string()).unwrap_or_else(|| "unhashed".into())
}
