//! Lists that are none, lists of somebody else, people who may not: a clear answer, and nothing half-written.

use crate::lists_are_imported::{TODAY, creating, preview, sample};
use domain::customers::Paging;
use domain::imports::{Field, ImportOptions};
use domain::people::{Caller, Role};
use domain::rights::Permission;
use services::Error;
use services::imports::{self, FileFormat};
use testkit::world;

#[tokio::test]
async fn what_is_no_list_is_refused_and_leaves_nothing() {
    let w = world(TODAY).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("invoice.csv", b"%PDF-1.4\n%...".to_vec(), "import-file-is-pdf"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n".to_vec(), "import-file-is-image"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "import-file-is-old-excel"),
        ("list.xlsx", b"PK\x03\x04 and then nothing that unpacks".to_vec(), "import-file-damaged"),
        ("page.csv", b"<!DOCTYPE html><table>".to_vec(), "import-file-is-html"),
        ("large.csv", vec![b'x'; 200 * 1024 * 1024], "import-file-too-large"),
        ("wide.csv", "Name,Mobile\na,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), "import-file-encoding"),
        ("empty.csv", Vec::new(), "import-file-empty"),
    ];
    for (name, bytes, key) in cases {
        match imports::upload(services, padma, name, bytes).await {
            Err(Error::Invalid(problems)) => {
                assert_eq!(problems[0].key, key, "{name}");
                assert!(locales::has_text(key), "{key}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(imports::list(services, padma).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_sees_the_lists_of_another() {
    let w = world(TODAY).await;
    let (services, padma, meghna) = (&w.services, &w.padma.admin, &w.meghna.admin);
    let (id, _) = preview(services, padma, "list.xlsx", sample("kept-by-hand.xlsx"), creating()).await;
    let mapping = imports::get(services, padma, id).await.unwrap().mapping();
    let english = locales::Language::English;
    let refused = |result: Result<(), Error>| assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
    refused(imports::get(services, meghna, id).await.map(|_| ()));
    refused(imports::preview_rows(services, meghna, id, &[], Paging::new(1, 25)).await.map(|_| ()));
    refused(imports::set_mapping(services, meghna, id, mapping, creating()).await.map(|_| ()));
    refused(imports::problem_file(services, meghna, id, english, FileFormat::Csv).await.map(|_| ()));
    refused(imports::start(services, meghna, id).await);
    refused(imports::run(services, &Caller::system(meghna.isp_id, "import.run"), id).await);
    refused(imports::start_undo(services, meghna, id).await);
    refused(imports::undo(services, meghna, id).await);
    assert!(imports::list(services, meghna).await.unwrap().is_empty());
    // Nor does the other learn from the memory of columns or of files.
    let again = imports::upload(services, meghna, "list.xlsx", sample("kept-by-hand.xlsx")).await.unwrap();
    let view = imports::get(services, meghna, again).await.unwrap();
    assert_eq!((view.remembered, view.same_file), (false, None));
    assert_eq!(imports::list(services, padma).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_may_import_does() {
    let w = world(TODAY).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let (id, _) = preview(services, padma, "list.xlsx", sample("kept-by-hand.xlsx"), creating()).await;
    let staff = Caller { role: Role::Staff, grants: vec![Permission::CustomersCreate, Permission::CustomersView], ..padma.clone() };
    let refused = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Denied(Permission::CustomersImport))), "{result:?}");
    refused(imports::upload(services, &staff, "x.csv", b"Name,Mobile\na,b\n".to_vec()).await.map(|_| ()));
    refused(imports::list(services, &staff).await.map(|_| ()));
    refused(imports::get(services, &staff, id).await.map(|_| ()));
    refused(imports::preview_rows(services, &staff, id, &[], Paging::new(1, 25)).await.map(|_| ()));
    refused(imports::set_mapping(services, &staff, id, Vec::new(), creating()).await.map(|_| ()));
    refused(imports::problem_file(services, &staff, id, locales::Language::English, FileFormat::Csv).await.map(|_| ()));
    refused(imports::start(services, &staff, id).await);
    refused(imports::start_undo(services, &staff, id).await);
    let granted = Caller { grants: vec![Permission::CustomersImport], ..staff };
    imports::get(services, &granted, id).await.unwrap();
}

#[tokio::test]
async fn steps_out_of_order_are_refused() {
    let w = world(TODAY).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let id = imports::upload(services, padma, "..\\up/list.csv", b"Code,Who\na,b\n".to_vec()).await.unwrap();
    assert_eq!(imports::get(services, padma, id).await.unwrap().import.file_name, "list.csv");
    assert!(matches!(imports::start(services, padma, id).await, Err(Error::Conflict(_))));
    assert!(matches!(imports::start_undo(services, padma, id).await, Err(Error::Conflict(_))));
    let refused =
        async |mapping: Vec<Option<Field>>| match imports::set_mapping(services, padma, id, mapping, ImportOptions::default()).await {
            Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.key).collect::<Vec<_>>().join(" "),
            other => format!("{other:?}"),
        };
    assert_eq!(refused(vec![None, None]).await, "import-problem-username-unmapped");
    assert_eq!(refused(vec![Some(Field::Username)]).await, "problem-form-stale");
    assert_eq!(refused(vec![Some(Field::Username), Some(Field::Username)]).await, "import-problem-field-twice");
    // A job that comes for an import nobody started changes nothing.
    imports::run(services, padma, id).await.unwrap();
    imports::undo(services, padma, id).await.unwrap();
    imports::set_mapping(services, padma, id, vec![Some(Field::Username), Some(Field::Name)], ImportOptions::default()).await.unwrap();
    // Columns may be named anew until it starts, and the memory follows.
    let again = imports::upload(services, padma, "next.csv", b"WHO;Code\nb;a\n".to_vec()).await.unwrap();
    assert_eq!(imports::get(services, padma, again).await.unwrap().mapping(), [Some(Field::Name), Some(Field::Username)]);
}
