//! Templates that an ISP wrote are set by this program in a process of its own: one that never ends or wants all memory
//! harms nobody, and what comes out is the same as in the server itself.

use integrations::documents::{A4, Job, Mark, Output, Row, Sender, Sheet, Total, print};
use services::documents::{Failure, Press};
use std::time::{Duration, Instant};

fn press() -> Press {
    let program = env!("CARGO_BIN_EXE_lastmile").into();
    Press::new(Some((program, vec!["press".into()])), Duration::from_secs(4))
}

fn job(template: &str) -> Job {
    let sheet = Sheet {
        kind: "invoice".into(),
        language: "bn".into(),
        title: "বিল".into(),
        number: "INV-1".into(),
        mark: Some(Mark { text: "পরিশোধিত".into(), tone: "good".into() }),
        sender: Sender { name: "পদ্মা নেট".into(), colour: "#0b6478".into(), ..Sender::default() },
        rows: vec![Row::default()],
        totals: vec![Total { label: "সর্বমোট".into(), value: "৳ ৮৪০.০০".into(), strong: true }],
        page: integrations::documents::PageWords { text: "{page}/{pages}".into(), digits: "০১২৩৪৫৬৭৮৯".into() },
        ..Sheet::default()
    };
    Job { template: template.into(), sheet, logo: None, identity: "invoice:1".into(), issued: (2026, 11, 1, 4, 0, 0) }
}

#[tokio::test]
async fn a_template_that_never_ends_is_ended_and_the_next_one_is_set() {
    let press = press();
    let endless = "#for a in range(9000) { for b in range(9000) { for c in range(9000) { let d = a * b * c } } }";
    let started = Instant::now();
    assert_eq!(press.print(job(endless), Output::Pdf, false).await.unwrap_err(), Failure::TooMuch);
    assert!(started.elapsed() < Duration::from_secs(8));
    let printed = press.print(job("#json(\"data.json\").number"), Output::Pdf, false).await.unwrap();
    assert_eq!(printed.pages, 1);
}

#[tokio::test]
async fn a_template_that_wants_all_memory_takes_only_its_own_press_down() {
    let press = press();
    let greedy = "#let all = ()\n#for n in range(9000) { all.push(\"x\" * 10000000) }\n#all.len()";
    assert_eq!(press.print(job(greedy), Output::Pdf, false).await.unwrap_err(), Failure::TooMuch);
    press.print(job("fine"), Output::Pdf, false).await.unwrap();
}

#[tokio::test]
async fn what_is_set_apart_is_the_same_and_a_fault_names_its_place() {
    let press = press();
    let here = print(&job(A4), Output::Pdf).unwrap();
    for _ in 0..3 {
        assert!(here == press.print(job(A4), Output::Pdf, false).await.unwrap());
    }
    match press.print(job("one\n#nothing"), Output::Pdf, false).await {
        Err(Failure::Template(complaint)) => assert_eq!((complaint.line, complaint.column), (Some(2), Some(2))),
        other => panic!("{other:?}"),
    }
}
