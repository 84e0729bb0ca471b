//! The browser tests visit every page of the program: their list and the program's own are the same.

use std::collections::BTreeSet;

#[test]
fn the_browser_tests_know_every_page() {
    let visited: serde_json::Value = serde_json::from_str(include_str!("../../../end2end/routes.json")).unwrap();
    let visited: BTreeSet<&str> = visited.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(visited, app::drawn::patterns().collect());
}
