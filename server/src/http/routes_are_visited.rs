//! The browser tests visit every route of the program: their list and the program's own are the same.

use app::App;
use leptos_axum::generate_route_list;
use std::collections::BTreeSet;

#[test]
fn the_browser_tests_know_every_route() {
    let visited: serde_json::Value = serde_json::from_str(include_str!("../../../end2end/routes.json")).unwrap();
    let visited: BTreeSet<String> = visited.as_object().unwrap().keys().cloned().collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let routes: BTreeSet<String> = runtime.block_on(async {
        let listed = generate_route_list(App).into_iter().map(|route| route.path().replace('{', ":").replace('}', ""));
        let paths = listed.map(|path| if path.len() > 1 { path.trim_end_matches('/').to_string() } else { path });
        // One route stands for all that the server draws; those are listed beside it.
        paths.filter(|path| !path.contains('*')).chain(app::drawn::patterns().map(str::to_owned)).collect()
    });
    assert_eq!(visited, routes);
}
