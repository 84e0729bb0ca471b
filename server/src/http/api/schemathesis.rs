//! A foreign reader of the document that is served: schemathesis makes requests from it, right and wrong ones, and holds
//! the answers against it. Where it is not installed the test says so and is skipped, never passed.

use super::stage::whole_key;
use crate::http::house::house;
use std::net::SocketAddr;
use std::process::Command;
use tokio::net::TcpListener;

/// Not whether a missing header is refused: it knows no 428, which stories of our own hold to.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,negative_data_rejection,unsupported_method,ignored_auth";

/// LASTMILE_PYTHON names an interpreter that has it.
fn python() -> String {
    std::env::var("LASTMILE_PYTHON").unwrap_or_else(|_| "python3".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_the_document_says() {
    if !Command::new(python()).args(["-c", "import schemathesis"]).output().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("LASTMILE_REQUIRE_PEERS").is_none(), "schemathesis is missing");
        return eprintln!("skipped: schemathesis is not installed");
    }
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let folder = tempfile_folder();
    let document = format!("http://{address}/api/v1/openapi.json");
    let bearer = format!("Authorization: Bearer {key}");
    let mut run = Command::new(python());
    run.args(["-m", "schemathesis.cli", "run", &document, "--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]);
    run.args(["--max-examples", "12", "--max-time", "40", "--seed", "1", "--workers", "2", "--warnings", "off", "--no-color"]);
    run.args(["-H", &bearer, "-H", "Host: padma.test"]).current_dir(&folder);
    let output = tokio::task::spawn_blocking(move || run.output()).await.unwrap().unwrap();
    server.abort();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

/// It leaves its notes where it is started.
fn tempfile_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("lastmile-schemathesis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
